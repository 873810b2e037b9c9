// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

/** What a target may or may not let us do. Each stands for one command and is told to people in these words. */
public enum Capability {
    INFO("INFO", "nothing can be seen"),
    MEMORY_FIELDS("INFO memory", "used memory is not told: no climb can be seen"),
    COMMAND_COUNTS("INFO commandstats", "which commands are busy is not known"),
    RANDOM_KEY("RANDOMKEY", "no prefix can be named"),
    MEMORY_USAGE("MEMORY USAGE", "growth is seen in numbers of keys only"),
    TIME_TO_LIVE("PTTL", "keys without a time to live are not seen"),
    TYPE("TYPE", "the big keys' types are not known"),
    SCAN("SCAN", "big keys are found only when random samples meet them"),
    SELECT("SELECT", "only one database is looked at"),
    CLIENT_LIST("CLIENT LIST", "no client can be named"),
    CLIENT_TRACKING("CLIENT TRACKING", "a single new key that grows is found late"),
    MONITOR("MONITOR", "which client writes the growing keys is guessed"),
    COMPARTMENTS("COMPARTMENT INFO", "figures are estimates from samples"),
    COMPARTMENT_PREFIXES("COMPARTMENT PREFIXES", "prefixes are estimates from samples");

    private final String command;
    private final String withoutIt;

    Capability(String command, String withoutIt) {
        this.command = command;
        this.withoutIt = withoutIt;
    }

    /** The command, as people know it. */
    public String command() {
        return command;
    }

    /** What is missing when it is. */
    public String withoutIt() {
        return withoutIt;
    }
}
