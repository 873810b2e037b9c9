// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered. One type for both protocols: what RESP2 and RESP3 write differently and mean alike (null, errors) is one case here.
 *
 * <p>A {@link Failure} is an answer like others, because a pipeline goes on after it. The {@code as…} methods are for callers that expect one kind: they
 * throw {@link UnexpectedReplyException} with what came instead.
 */
public sealed interface Reply {
    /** {@code +OK} and other short texts. */
    record Status(String text) implements Reply {
    }

    /** An error; the first word is its code. */
    record Failure(String message) implements Reply {
        public String code() {
            int end = message.indexOf(' ');
            return end < 0 ? message : message.substring(0, end);
        }
    }

    record Whole(long value) implements Reply {
    }

    /** A string of bytes; RESP3's verbatim strings too, without their format. */
    record Bulk(byte[] bytes) implements Reply {
        @Override
        public String toString() {
            return "Bulk[" + bytes.length + " bytes]";
        }
    }

    /** Null in any of its three forms. */
    record Nothing() implements Reply {
    }

    record Real(double value) implements Reply {
    }

    record Flag(boolean value) implements Reply {
    }

    /** A number beyond 64 bits, in digits. */
    record BigNumber(String digits) implements Reply {
    }

    /** Array or set; a map as RESP2 would write it, key after value. */
    record Items(List<Reply> items) implements Reply {
    }

    /** What a server says without being asked (RESP3). */
    record Push(List<Reply> items) implements Reply {
    }

    Reply NOTHING = new Nothing();

    default boolean isFailure() {
        return this instanceof Failure;
    }

    default long asLong() {
        return switch (this) {
            case Whole whole -> whole.value;
            case Bulk bulk -> parseLong(bulk);
            default -> throw new UnexpectedReplyException("a number", this);
        };
    }

    /** Text, or null for null. */
    default @Nullable String asText() {
        return switch (this) {
            case Status status -> status.text;
            case Bulk bulk -> new String(bulk.bytes, StandardCharsets.UTF_8);
            case Nothing nothing -> null;
            default -> throw new UnexpectedReplyException("text", this);
        };
    }

    /** Bytes, or null for null. */
    default byte @Nullable [] asBytes() {
        return switch (this) {
            case Bulk bulk -> bulk.bytes;
            case Nothing nothing -> null;
            default -> throw new UnexpectedReplyException("bytes", this);
        };
    }

    /** The elements; none for null. */
    default List<Reply> asList() {
        return switch (this) {
            case Items items -> items.items;
            case Nothing nothing -> List.of();
            default -> throw new UnexpectedReplyException("a list", this);
        };
    }

    /** This, unless it is a failure. */
    default Reply orThrow() {
        if (this instanceof Failure) {
            throw new UnexpectedReplyException("success", this);
        }
        return this;
    }

    private static long parseLong(Bulk bulk) {
        try {
            return Long.parseLong(new String(bulk.bytes, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new UnexpectedReplyException("a number", bulk);
        }
    }

    /** Texts of a list of strings, null for null. */
    static List<@Nullable String> texts(Reply reply) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Reply item : reply.asList()) {
            texts.add(item.asText());
        }
        return texts;
    }
}
