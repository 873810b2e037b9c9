// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.BlockKind;

/** The types of values clients know, under the names TYPE gives them. */
public enum ValueType {
    STRING("string"), LIST("list"), HASH("hash"), SET("set"), ZSET("zset"), STREAM("stream");

    private final String replyName;

    ValueType(String replyName) {
        this.replyName = replyName;
    }

    public String replyName() {
        return replyName;
    }

    /** Type of an entry of this kind. */
    public static ValueType of(int kind) {
        return switch (kind) {
            case BlockKind.STRING_RAW, BlockKind.STRING_INT -> STRING;
            case BlockKind.LIST_PACKED, BlockKind.LIST_LARGE -> LIST;
            case BlockKind.HASH_PACKED, BlockKind.HASH_LARGE -> HASH;
            case BlockKind.SET_PACKED, BlockKind.SET_INTS, BlockKind.SET_LARGE -> SET;
            case BlockKind.ZSET_PACKED, BlockKind.ZSET_LARGE -> ZSET;
            case BlockKind.STREAM -> STREAM;
            default -> throw new IllegalArgumentException("block kind " + kind + " is no entry");
        };
    }
}
