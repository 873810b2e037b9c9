// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Keyspace;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Declares one command; {@link #handledBy} ends the declaration and checks it. At start only.
 *
 * <p>What is refused: a missing field, a writer that names no keys and does not say {@link #wholeKeyspace()} or {@link #noKeys()}, a reader
 * that grows memory.
 */
public final class CommandBuilder {
    private final CommandTable table;
    final String name;
    String summary = "";
    String since = "";
    String complexity = "";
    String group;
    @Nullable Arity arity;
    EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
    @Nullable Memory memory;
    KeySpec[] keys = {};
    boolean wholeKeyspace;
    private boolean noKeys;
    boolean usesFiles;
    ChannelUse channels = ChannelUse.NONE;
    KeySpec @Nullable [] shownKeys;
    List<CommandHistory.Change> changes = List.of();
    CommandHistory.@Nullable Deprecation deprecation;
    boolean isInternal;
    List<Argument> arguments = List.of();
    List<String> tips = List.of();
    @Nullable Sizer bound;
    @Nullable Sizer need;
    @Nullable Handler handler;
    @Nullable RepeatHandler repeated;
    @Nullable CompartmentVisitor visitor;
    int visitorPattern;
    boolean isContainer;

    CommandBuilder(CommandTable table, String name, String group) {
        this.table = table;
        this.name = name.toLowerCase(Locale.ROOT);
        this.group = group;
    }

    public CommandBuilder summary(String text) {
        summary = text;
        return this;
    }

    /** Redis's version that first had it, or ours for our own commands. */
    public CommandBuilder since(String version) {
        since = version;
        return this;
    }

    public CommandBuilder complexity(String text) {
        complexity = text;
        return this;
    }

    /** Group of COMMAND DOCS: "string", "list", "generic", "connection", "server", "transactions" ... */
    public CommandBuilder group(String text) {
        group = text;
        return this;
    }

    public CommandBuilder arity(Arity value) {
        arity = value;
        return this;
    }

    public CommandBuilder flags(Flag... values) {
        for (Flag flag : values) {
            flags.add(flag);
        }
        return this;
    }

    public CommandBuilder memory(Memory value) {
        memory = value;
        return this;
    }

    public CommandBuilder keys(KeySpec... specs) {
        keys = specs.clone();
        return this;
    }

    /** What COMMAND INFO says instead of {@link #keys}: arguments that are no keys, by which a cluster chooses the node all the same. */
    public CommandBuilder shownKeys(KeySpec... specs) {
        shownKeys = specs.clone();
        return this;
    }

    /** How it changed: a version and a sentence, and so on, oldest first. */
    public CommandBuilder history(String... versionsAndSentences) {
        changes = CommandHistory.changes(versionsAndSentences);
        return this;
    }

    /** Advised against since a version; {@code replacement} says what does it now. */
    public CommandBuilder deprecated(String version, String replacement) {
        deprecation = new CommandHistory.Deprecation(version, replacement);
        return this;
    }

    /** For those who test a server and for servers among themselves, not for applications; Redis says {@code syscmd} of it. */
    public CommandBuilder internal() {
        isInternal = true;
        return this;
    }

    /** Names channels that its user must be allowed to use. */
    public CommandBuilder channels(ChannelUse value) {
        channels = value;
        return this;
    }

    /** Works on more than the keys it names, so it needs every compartment: FLUSHALL, SWAPDB, KEYS. */
    public CommandBuilder wholeKeyspace() {
        wholeKeyspace = true;
        return this;
    }

    /** A writer that touches no key. */
    public CommandBuilder noKeys() {
        noKeys = true;
        return this;
    }

    /** Reads or writes a file: its handler asks for a lane, which is one for all such commands and has no compartment, and does that there. */
    public CommandBuilder usesFiles() {
        usesFiles = true;
        return this;
    }

    public CommandBuilder arguments(Argument... values) {
        arguments = List.of(values);
        return this;
    }

    public CommandBuilder tips(String... values) {
        tips = List.of(values);
        return this;
    }

    /** Upper bound of the bytes a call may need, where the general formula does not do (SETRANGE, COPY, ...STORE). */
    public CommandBuilder bound(Sizer sizer) {
        bound = sizer;
        return this;
    }

    /** Exact growth of a call, asked only in a full compartment; 0 admits it. */
    public CommandBuilder need(Sizer sizer) {
        need = sizer;
        return this;
    }

    /** Can be executed several times at once where it repeats for one key; it names one key, as its first argument. */
    public CommandBuilder repeatedBy(RepeatHandler value) {
        repeated = value;
        return this;
    }

    /** Has sub-commands: declare them as "NAME|SUB" afterwards. Ends the declaration. */
    public Command container() {
        return container(call -> call.reply().error("ERR wrong number of arguments for '" + name + "' command"));
    }

    /** The same for a command that means something without a sub-command too: COMMAND. */
    public Command container(Handler withoutSubcommand) {
        isContainer = true;
        arity = arity == null ? Arity.atLeast(2) : arity;
        memory = memory == null ? Memory.NEUTRAL : memory;
        noKeys = true;
        return handledBy(withoutSubcommand);
    }

    /**
     * A reader of the whole keyspace whose reply is one array of what each compartment gives (KEYS). With many keys the compartments are visited
     * one after the other in a lane, so the array is no snapshot of all of them at one moment. Ends the declaration.
     *
     * @param pattern argument that says which keys: compartments that have none of them are left alone; 0 when there is none
     */
    public Command visitsEachCompartment(int pattern, CompartmentVisitor value) {
        visitor = value;
        visitorPattern = pattern;
        wholeKeyspace = true;
        return handledBy(call -> visitAll(call, value));
    }

    private static void visitAll(Call call, CompartmentVisitor visitor) {
        Keyspace keyspace = call.server().keyspace();
        int compartments = call.server().lanes().compartmentsOf(call);
        long keys = 0;
        for (int left = compartments; left != 0; left &= left - 1) {
            keys += keyspace.compartment(Integer.numberOfTrailingZeros(left)).keyCount(call.client().database());
        }
        if (call.heavy(keys)) {
            return;
        }
        long elements = 0;
        for (int left = compartments; left != 0; left &= left - 1) {
            elements += visitor.visit(call, keyspace.compartment(Integer.numberOfTrailingZeros(left)), false);
        }
        call.reply().array(elements);
        for (int left = compartments; left != 0; left &= left - 1) {
            visitor.visit(call, keyspace.compartment(Integer.numberOfTrailingZeros(left)), true);
        }
    }

    /** Ends the declaration. Throws {@link IllegalArgumentException} that names command and field. */
    public Command handledBy(Handler value) {
        handler = value;
        check();
        Command command = new Command(this, table.all().size());
        table.add(command);
        return command;
    }

    private void check() {
        demand(!summary.isEmpty(), "has no summary");
        demand(!since.isEmpty(), "has no since");
        demand(!complexity.isEmpty() || isContainer, "has no complexity");
        demand(!group.isEmpty(), "has no group");
        boolean writes = flags.contains(Flag.WRITE);
        demand(!writes || keys.length > 0 || wholeKeyspace || noKeys, "writes but names no keys; say wholeKeyspace() or noKeys()");
        demand(!(flags.contains(Flag.READONLY) && writes), "is both a reader and a writer");
        demand(writes || memory != Memory.GROWS, "grows memory but is no writer");
        demand(repeated == null || writes && keys.length == 1 && keys[0].isSingle() && keys[0].position() == 1,
                "is repeated but does not write to one key that is its first argument");
        if (memory == Memory.GROWS) {
            flags.add(Flag.DENYOOM);
        }
    }

    private void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("command '" + name + "' " + otherwise);
        }
    }

    <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("command '" + name + "' has no " + field);
        }
        return value;
    }
}
