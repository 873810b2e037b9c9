// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.List;

/**
 * One directive as somebody wrote it, and where: a line of a file or a part of the command line. Immutable.
 *
 * @param source the file's name, or {@link #COMMAND_LINE}
 * @param line counted from 1; 0 on the command line
 * @param words the directive's name, then its values; never empty
 */
record Statement(String source, int line, List<String> words) {
    static final String COMMAND_LINE = "command line";

    String name() {
        return words.getFirst();
    }

    List<String> values() {
        return words.subList(1, words.size());
    }

    boolean onCommandLine() {
        return line == 0;
    }

    /** Where it stands, as the start of a message: {@code cofferdam.conf:12}. */
    String place() {
        return onCommandLine() ? source : source + ":" + line;
    }
}
