// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CLIENT LIST, read. Immutable; words of the target's clients are escaped here. */
final class ClientTable {
    static final ClientTable EMPTY = new ClientTable(List.of());
    private static final int LINES_MAX = 20_000;
    /** Commands that make a dataset larger, as {@code cmd=} and MONITOR write them. */
    private static final Set<String> GROWING = Set.of("set", "setex", "psetex", "setnx", "getset", "append", "setrange", "mset", "msetnx",
            "lpush",
            "rpush", "lpushx", "rpushx", "linsert", "lmove", "rpoplpush", "sadd", "zadd", "zincrby", "hset", "hmset", "hsetnx", "hincrby",
            "hincrbyfloat", "xadd", "incr", "incrby", "decr", "decrby", "incrbyfloat", "setbit", "bitfield", "pfadd", "geoadd",
            "sunionstore",
            "zunionstore", "sort", "copy", "restore", "eval", "evalsha", "fcall", "exec", "json.set", "bf.add", "ts.add");

    private final List<Line> lines;

    private ClientTable(List<Line> lines) {
        this.lines = lines;
    }

    /** One client. */
    record Line(long id, String address, String name, String user, String library, String command, String flags, long bufferBytes,
            long netInBytes, long idleSeconds) {
        boolean isReplica() {
            return flags.contains("S");
        }

        String kind() {
            return isReplica() ? "replica" : flags.contains("P") ? "pubsub" : "normal";
        }

        boolean growsData() {
            return !isReplica() && isGrowing(command);
        }
    }

    static boolean isGrowing(String command) {
        return GROWING.contains(command);
    }

    static ClientTable parse(String text) {
        List<Line> lines = new ArrayList<>();
        for (String line : text.split("\n", LINES_MAX)) {
            Map<String, String> fields = new HashMap<>();
            for (String field : line.strip().split(" ", -1)) {
                int equals = field.indexOf('=');
                if (equals > 0) {
                    fields.putIfAbsent(field.substring(0, equals), field.substring(equals + 1));
                }
            }
            if (fields.containsKey("id") && fields.containsKey("addr")) {
                lines.add(line(fields));
            }
        }
        return new ClientTable(lines);
    }

    private static Line line(Map<String, String> fields) {
        long buffers = number(fields, "omem") + number(fields, "qbuf") + number(fields, "argv-mem");
        String library = fields.getOrDefault("lib-name", "");
        return new Line(number(fields, "id"), KeyText.word(fields.getOrDefault("addr", "")), KeyText.word(fields.getOrDefault("name", "")),
                KeyText.word(fields.getOrDefault("user", "")), KeyText.word(library), KeyText.word(fields.getOrDefault("cmd", "")),
                fields.getOrDefault("flags", ""), Math.max(buffers, number(fields, "tot-mem")), number(fields, "tot-net-in"),
                number(fields, "idle"));
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            return Long.parseLong(fields.getOrDefault(name, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    List<Line> lines() {
        return lines;
    }

    /** Largest buffers first. */
    List<Line> byBuffers() {
        return lines.stream().sorted(Comparator.comparingLong(Line::bufferBytes).reversed()).toList();
    }
}
