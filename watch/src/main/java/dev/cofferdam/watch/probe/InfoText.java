// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * INFO, read: names and values, whatever dialect. Immutable.
 *
 * <p>A value that is missing or no number is 0 or the empty text; {@link #has} tells the difference. The first of two lines of one name counts, since services append
 * sections of their own. Text from the target: bounded here, escaped by whoever shows it.
 */
public final class InfoText {
    public static final InfoText EMPTY = new InfoText("", Map.of());
    private static final int FIELDS_MAX = 4096;

    private final String text;
    private final Map<String, String> fields;

    private InfoText(String text, Map<String, String> fields) {
        this.text = text;
        this.fields = fields;
    }

    /** What one database holds. */
    public record Database(int number, long keys, long expires) {
    }

    /** What one command has been called for; microseconds of its own, as the server counts. */
    public record CommandUse(long calls, long micros, long refusedCalls) {
        public static final CommandUse NONE = new CommandUse(0, 0, 0);
    }

    public static InfoText parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        int from = 0;
        while (from < text.length() && fields.size() < FIELDS_MAX) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            int colon = text.indexOf(':', from);
            if (text.charAt(from) != '#' && colon > from && colon < end) {
                fields.putIfAbsent(text.substring(from, colon), text.substring(colon + 1, end).strip());
            }
            from = end + 1;
        }
        return new InfoText(text, fields);
    }

    /** As it came. */
    public String text() {
        return text;
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    public String get(String name) {
        return fields.getOrDefault(name, "");
    }

    /** A whole number; the part before the point of one with fractions. */
    public long number(String name) {
        return number(get(name), 0);
    }

    public double real(String name) {
        try {
            return Double.parseDouble(get(name));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** NaN when there is none: for what is passed on as it is. */
    public double figure(String name) {
        return figureOf(get(name));
    }

    private static double figureOf(String text) {
        try {
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Fields that begin so, without their beginning, and the figures behind each {@code name=} in them. */
    public void each(String prefix, BiConsumer<String, Map<String, Double>> consumer) {
        fields.forEach((field, value) -> {
            if (field.startsWith(prefix)) {
                Map<String, Double> parts = new LinkedHashMap<>();
                for (String pair : value.split(",", -1)) {
                    int equals = pair.indexOf('=');
                    if (equals > 0) {
                        parts.put(pair.substring(0, equals), figureOf(pair.substring(equals + 1)));
                    }
                }
                consumer.accept(field.substring(prefix.length()), parts);
            }
        });
    }

    private static long number(String text, long unless) {
        int point = text.indexOf('.');
        try {
            return Long.parseLong(point < 0 ? text : text.substring(0, point));
        } catch (NumberFormatException e) {
            return unless;
        }
    }

    /** {@code Redis 7.0.15}, {@code Valkey 8.0.1}; empty when the target does not say. */
    public String product() {
        if (has("cofferdam_version")) {
            return "Cofferdam " + get("cofferdam_version");
        }
        if (has("dragonfly_version")) {
            return "Dragonfly " + get("dragonfly_version").replaceFirst("^df-v?", "");
        }
        if (has("valkey_version")) {
            return "Valkey " + get("valkey_version");
        }
        if (get("server_name").equalsIgnoreCase("valkey")) {
            return "Valkey " + get("redis_version");
        }
        if (has("mvcc_depth") || get("executable").contains("keydb")) {
            return "KeyDB " + get("redis_version");
        }
        return has("redis_version") ? "Redis " + get("redis_version") : "";
    }

    /** A process is the same one while this stays the same; empty when the target does not say. */
    public String runId() {
        return has("run_id") ? get("run_id") : get("master_replid");
    }

    public boolean isReplica() {
        String role = get("role");
        return role.equals("slave") || role.equals("replica");
    }

    /** Databases with keys, by number. */
    public List<Database> databases() {
        List<Database> databases = new ArrayList<>();
        fields.forEach((name, value) -> {
            if (name.length() > 2 && name.startsWith("db") && value.contains("keys=")) {
                long number = number(name.substring(2), -1);
                if (number >= 0 && number <= Integer.MAX_VALUE) {
                    databases.add(new Database((int) number, number(part(value, "keys"), 0), number(part(value, "expires"), 0)));
                }
            }
        });
        return databases;
    }

    /** {@code errorstat_OOM}; before Redis 6.2 nobody counts these. */
    public long errors(String code) {
        return number(part(get("errorstat_" + code), "count"), 0);
    }

    /** {@code cmdstat_memory|usage}; the same when the server does not tell a command's parts apart. */
    public CommandUse command(String name) {
        String value = get("cmdstat_" + name);
        return value.isEmpty()
                ? CommandUse.NONE
                : new CommandUse(number(part(value, "calls"), 0), number(part(value, "usec"), 0), number(part(value, "rejected_calls"), 0));
    }

    /** Names of the commands that have been called, as far as the text has that section. */
    public List<String> commands() {
        return fields.keySet().stream().filter(name -> name.startsWith("cmdstat_")).map(name -> name.substring("cmdstat_".length()))
            .toList();
    }

    /** {@code b} of {@code a=1,b=2}. */
    private static String part(String value, String name) {
        for (String pair : value.split(",", -1)) {
            if (pair.startsWith(name) && pair.length() > name.length() && pair.charAt(name.length()) == '=') {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }
}
