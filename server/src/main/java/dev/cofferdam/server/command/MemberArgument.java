// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.List;

/**
 * Where a call names a field or member of its key's value: read off the arguments the command declares.
 *
 * <p>It is a guess that serves {@link KeyTouch} only: where it is wrong, something is loaded for nothing.
 */
final class MemberArgument {
    /** Calls of this command name none, or at no place that is known beforehand. */
    static final int NONE = 0;
    /** The last argument of the call, as with ZADD, whose options are of any number. */
    static final int LAST = -1;

    private MemberArgument() {
    }

    /** Position of the argument, the command's name being 0, or {@link #NONE} or {@link #LAST}. */
    static int in(List<Argument> declared) {
        int position = 1;
        for (Argument argument : declared) {
            Argument first = argument;
            while (first.type() == Argument.Type.BLOCK && !first.isOptional()) {
                first = first.parts().getFirst();
            }
            if (isMember(first)) {
                return position;
            }
            if (first != argument || argument.isOptional() || argument.isMultiple() || !argument.token().isEmpty()) {
                break;
            }
            position++;
        }
        Argument last = declared.isEmpty() ? null : declared.getLast();
        while (last != null && last.type() == Argument.Type.BLOCK) {
            last = last.parts().getLast();
        }
        return last != null && isMember(last) ? LAST : NONE;
    }

    private static boolean isMember(Argument argument) {
        return argument.type() == Argument.Type.STRING && !argument.isOptional() && argument.token().isEmpty()
                && (argument.name().equals("member") || argument.name().equals("field"));
    }
}
