// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

/** What BITOP does with the bits of its sources, one source after the other. */
enum BitOperation {
    AND, OR, XOR, NOT,
    /** The first source of any operation. */
    TAKE;

    long apply(long left, long right) {
        return switch (this) {
            case AND -> left & right;
            case OR -> left | right;
            case XOR -> left ^ right;
            case NOT -> ~right;
            case TAKE -> right;
        };
    }
}
