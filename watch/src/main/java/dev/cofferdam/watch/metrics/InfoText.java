// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** INFO, taken apart. Immutable; a line it does not understand is as if it were not there. */
final class InfoText {
    static final int LINES_MAX = 5_000;

    private final Map<String, String> fields = new LinkedHashMap<>();

    InfoText(String info) {
        int begin = 0;
        while (begin < info.length() && fields.size() < LINES_MAX) {
            int end = info.indexOf('\n', begin);
            String line = info.substring(begin, end < 0 ? info.length() : end).strip();
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
            begin = end < 0 ? info.length() : end + 1;
        }
    }

    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** NaN when there is none. */
    double number(String field) {
        return parsed(text(field));
    }

    /** Fields that begin so, without their beginning, and what is behind {@code name=} in them. */
    void each(String prefix, BiConsumer<String, Map<String, Double>> consumer) {
        fields.forEach((field, value) -> {
            if (field.startsWith(prefix)) {
                Map<String, Double> parts = new LinkedHashMap<>();
                for (String part : value.split(",", -1)) {
                    int equals = part.indexOf('=');
                    if (equals > 0) {
                        parts.put(part.substring(0, equals), parsed(part.substring(equals + 1)));
                    }
                }
                consumer.accept(field.substring(prefix.length()), parts);
            }
        });
    }

    private static double parsed(String text) {
        try {
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
