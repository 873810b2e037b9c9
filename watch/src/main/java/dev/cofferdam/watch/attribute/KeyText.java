// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names of keys for people's eyes. Keys are bytes that anybody may choose: what is no letter, digit or sign of ASCII, or letter or digit of another script, is shown as
 * {@code \x1b}; what is long is cut. Never HTML, never a control or a direction mark. Pure functions.
 */
public final class KeyText {
    /** What is shown of one name. */
    static final int SHOWN_MAX = 96;

    private KeyText() {
    }

    /** Bytes as a person can read them, cut with {@code …}. */
    public static String of(byte[] key) {
        byte[] head = key.length > SHOWN_MAX ? Arrays.copyOf(key, SHOWN_MAX) : key;
        StringBuilder text = new StringBuilder(head.length + 8);
        append(text, head);
        return key.length > SHOWN_MAX ? text.append('…').toString() : text.toString();
    }

    /** The same for bytes that are kept as ISO-8859-1. */
    static String ofLatin(String bytes) {
        return of(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What a target says of a client: names and addresses, which anybody may choose too. */
    static String word(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder text, byte[] bytes) {
        String decoded = decoded(bytes);
        if (decoded == null) {
            for (byte one : bytes) {
                appendByte(text, one & 0xff);
            }
            return;
        }
        decoded.codePoints().forEach(point -> {
            if (point < 0x80) {
                appendByte(text, point);
            } else if (Character.isLetterOrDigit(point)) {
                text.appendCodePoint(point);
            } else {
                for (byte one : new String(Character.toChars(point)).getBytes(StandardCharsets.UTF_8)) {
                    hex(text, one & 0xff);
                }
            }
        });
    }

    private static void appendByte(StringBuilder text, int value) {
        if (value == '\\') {
            text.append("\\\\");
        } else if (value >= 0x20 && value < 0x7f) {
            text.append((char) value);
        } else {
            hex(text, value);
        }
    }

    private static void hex(StringBuilder text, int value) {
        text.append("\\x").append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 15, 16));
    }

    /** Null when it is no UTF-8; a cut may have gone through a letter, then the last bytes are not. */
    private static @Nullable String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
