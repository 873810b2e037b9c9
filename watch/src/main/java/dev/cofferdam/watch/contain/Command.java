// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One command, as it is sent, shown and kept on disk. Immutable.
 *
 * @param words as ISO-8859-1, a character a byte
 */
public record Command(List<String> words) {
    private static final String HEX = "0123456789abcdef";

    public Command {
        words = List.copyOf(words);
    }

    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    Request request() {
        Request request = Request.of(words.getFirst());
        for (String word : words.subList(1, words.size())) {
            request.and(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        return request;
    }

    /** As one would type it into redis-cli. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append(text.isEmpty() ? "" : " ").append(quote(word));
        }
        return text.toString();
    }

    /** A word as redis-cli reads it: plain where it can be, else in double quotes with bytes that cannot be shown in hexadecimal. */
    static String quote(String word) {
        boolean plain = !word.isEmpty();
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c < ' ' || c > '~') {
                quoted.append("\\x").append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
                plain = false;
            } else {
                quoted.append(c == '"' || c == '\\' ? "\\" : "").append(c);
                plain &= c != ' ' && c != '"' && c != '\'' && c != '\\';
            }
        }
        return plain ? word : quoted.append('"').toString();
    }
}
