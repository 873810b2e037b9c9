// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Streams of commands with something wrong in them: valid pipelines whose bytes are flipped, cut out, doubled, or replaced by what parsers stumble over. */
final class ProtocolMutations {
    private static final String[] STUMBLES = {"\r", "\n", "\r\n", "\r\n\r\n", "*", "$", "*-1\r\n", "*0\r\n", "$-1\r\n", "$0\r\n\r\n",
        "*1\r\n", "*2147483647\r\n",
        "*2147483648\r\n", "$536870913\r\n", "$9223372036854775807\r\n", "*99999999999999999999\r\n", "*+1\r\n", "*01\r\n", "$ 1\r\n", "\"",
        "'", "\\x", "\\", "\0",
        "*3\r\n$3\r\nSET\r\n$1\r\n", "PING\r\n", "\u00ff", " ", "\t", "*1\r$4\r\n", "*1048577\r\n", "$5\r\nabc\r\n"};
    private final Random random;

    ProtocolMutations(Random random) {
        this.random = random;
    }

    /** At most 4 KiB. */
    byte[] stream() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            text.append(random.nextInt(4) == 0 ? pushes() : command());
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes = mutated(bytes);
        }
        return bytes.length > 4096 ? Arrays.copyOf(bytes, 4096) : bytes;
    }

    private String command() {
        int arguments = 1 + random.nextInt(5);
        boolean inline = random.nextInt(4) == 0;
        StringBuilder text = new StringBuilder(inline ? "" : "*" + arguments + "\r\n");
        for (int i = 0; i < arguments; i++) {
            String argument = argument();
            text.append(inline
                    ? "\"" + argument.replaceAll("[^a-z]", "\\\\x41") + "\" "
                    : bulk(argument));
        }
        return text.append(inline ? random.nextBoolean() ? "\n" : "\r\n" : "").toString();
    }

    /** Commands that are the same up to the end of one of their arguments. */
    private String pushes() {
        int arguments = 2 + random.nextInt(3);
        StringBuilder head = new StringBuilder("*" + arguments + "\r\n");
        int same = 1 + random.nextInt(arguments);
        for (int i = 0; i < same; i++) {
            head.append(bulk(argument()));
        }
        StringBuilder text = new StringBuilder();
        for (int times = 1 + random.nextInt(6); times > 0; times--) {
            text.append(head);
            for (int i = same; i < arguments; i++) {
                text.append(bulk(argument()));
            }
        }
        return text.toString();
    }

    private static String bulk(String argument) {
        return "$" + argument.length() + "\r\n" + argument + "\r\n";
    }

    private String argument() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 300 : 8); i > 0; i--) {
            text.append((char) (random.nextInt(5) == 0 ? random.nextInt(256) : 'a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private byte[] mutated(byte[] bytes) {
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + random.nextInt(12));
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                if (flipped.length > 0) {
                    flipped[at] = (byte) random.nextInt(256);
                }
                yield flipped;
            }
            case 1 -> joined(bytes, at, new byte[0], to);
            case 2 -> joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
            case 3 -> Arrays.copyOf(bytes, at);
            default -> joined(bytes, at, STUMBLES[random.nextInt(STUMBLES.length)].getBytes(StandardCharsets.ISO_8859_1),
                    random.nextBoolean() ? at : to);
        };
    }

    private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
        byte[] all = new byte[head + middle.length + bytes.length - tail];
        System.arraycopy(bytes, 0, all, 0, head);
        System.arraycopy(middle, 0, all, head, middle.length);
        System.arraycopy(bytes, tail, all, head + middle.length, bytes.length - tail);
        return all;
    }
}
