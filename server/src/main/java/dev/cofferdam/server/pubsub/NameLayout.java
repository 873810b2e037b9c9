// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

/**
 * Where the parts of a name's record lie, and of a link: one listener of one name.
 *
 * <pre>
 *  name   0      8      16           24          32      36       40
 *         | next | hash | first link | last link | links | length | bytes of the name ...
 *
 *  link   0      8              16                 24             32                   40          44
 *         | name | next of name | previous of name | next of his  | previous of client | his slot  | 0 |
 * </pre>
 */
final class NameLayout {
    static final int NEXT = 0;
    static final int HASH = 8;
    static final int FIRST_LINK = 16;
    static final int LAST_LINK = 24;
    static final int LINKS = 32;
    static final int LENGTH = 36;
    static final int BYTES = 40;

    static final int LINK_NAME = 0;
    static final int LINK_NEXT = 8;
    static final int LINK_PREVIOUS = 16;
    static final int LINK_NEXT_OF_CLIENT = 24;
    static final int LINK_PREVIOUS_OF_CLIENT = 32;
    static final int LINK_SLOT = 40;
    static final int LINK_BYTES = 48;

    private NameLayout() {
    }
}
