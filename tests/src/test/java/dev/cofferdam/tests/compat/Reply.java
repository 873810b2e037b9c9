// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A reply as it came: its first line (with the bytes of a string behind it) and the replies inside. */
record Reply(String head, List<Reply> parts) {
    static Reply leaf(String head) {
        return new Reply(head, List.of());
    }

    static Reply of(String head, List<Reply> parts) {
        return new Reply(head, parts);
    }

    /** The same with the elements of every aggregate in order of their text, for replies that have none. */
    Reply sorted() {
        List<Reply> inOrder = new ArrayList<>();
        for (Reply part : parts) {
            inOrder.add(part.sorted());
        }
        inOrder.sort((a, b) -> a.toString().compareTo(b.toString()));
        return new Reply(head, inOrder);
    }

    /** Errors of which only the first word is promised. */
    Reply codeOnly() {
        return head.startsWith("-") ? leaf(head.split(" ", 2)[0]) : this;
    }

    /** Its kind alone. */
    Reply shape() {
        return leaf(head.substring(0, 1));
    }

    @Override
    public String toString() {
        String text = head.replace("\r\n", " ");
        return parts.isEmpty() ? text : text + parts.stream().map(Reply::toString).collect(Collectors.joining(", ", " [", "]"));
    }
}
