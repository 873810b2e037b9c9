// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.FakeTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A target whose keys are a test's: names as ISO-8859-1, sizes, times to live, databases. Answers what the attribution asks; counts its own totals. */
final class PlantedTarget extends FakeTarget {
    private final Random random;
    private final Map<Integer, List<Key>> databases = new TreeMap<>();
    private final Map<String, Key> byName = new HashMap<>();
    private int database;
    private long clientBytes;
    private long tableBytes;
    private long hiddenBytes;
    private double vanishing;
    private long startedSecond;

    /** One key. */
    static final class Key {
        final String name;
        final String type;
        long bytes;
        long elements;
        final boolean withoutTtl;

        Key(String name, String type, long bytes, long elements, boolean withoutTtl) {
            this.name = name;
            this.type = type;
            this.bytes = bytes;
            this.elements = elements;
            this.withoutTtl = withoutTtl;
        }
    }

    PlantedTarget(long seed) {
        random = new Random(seed);
        answer("SELECT", this::select);
        answer("RANDOMKEY", request -> randomKey());
        answer("MEMORY USAGE", request -> found(request, 2, key -> new Reply.Whole(key.bytes)));
        answer("PTTL", request -> ttl(request));
        answer("TYPE", request -> type(request));
        answer("SCAN", this::scan);
        answer("CLIENT LIST", request -> bulk(""));
        answer("CLIENT TRACKING", request -> new Reply.Status("OK"));
        for (String length : List.of("LLEN", "XLEN", "ZCARD", "SCARD", "HLEN", "STRLEN")) {
            answer(length, request -> found(request, 1, key -> new Reply.Whole(key.elements)));
        }
    }

    Key add(int number, String name, String type, long bytes, long elements, boolean withoutTtl) {
        Key key = new Key(name, type, bytes, elements, withoutTtl);
        databases.computeIfAbsent(number, any -> new ArrayList<>()).add(key);
        byName.put(number + " " + name, key);
        return key;
    }

    void add(int number, String name, long bytes, boolean withoutTtl) {
        add(number, name, "string", bytes, bytes, withoutTtl);
    }

    void buffers(long bytes) {
        clientBytes = bytes;
    }

    void tables(long bytes) {
        tableBytes = bytes;
    }

    /** Bytes of a key that no question meets. */
    void hidden(long bytes) {
        hiddenBytes = bytes;
    }

    /** This part of the keys is gone between RANDOMKEY and the question about it. */
    void vanishing(double part) {
        vanishing = part;
    }

    void restart() {
        startedSecond++;
    }

    private Reply select(Request request) {
        try {
            database = Integer.parseInt(word(request, 1));
            return new Reply.Status("OK");
        } catch (NumberFormatException e) {
            return new Reply.Failure("ERR invalid DB index");
        }
    }

    private Reply randomKey() {
        List<Key> keys = databases.getOrDefault(database, List.of());
        return keys.isEmpty() ? Reply.NOTHING : bulk(keys.get(random.nextInt(keys.size())).name);
    }

    private interface Answer {
        Reply of(Key key);
    }

    private Reply found(Request request, int at, Answer answer) {
        Key key = byName.get(database + " " + word(request, at));
        return key == null || random.nextDouble() < vanishing ? Reply.NOTHING : answer.of(key);
    }

    private Reply ttl(Request request) {
        Key key = byName.get(database + " " + word(request, 1));
        return new Reply.Whole(key == null ? -2 : key.withoutTtl ? -1 : 50_000);
    }

    private Reply type(Request request) {
        Key key = byName.get(database + " " + word(request, 1));
        return new Reply.Status(key == null ? "none" : key.type);
    }

    private Reply scan(Request request) {
        List<Key> keys = databases.getOrDefault(database, List.of());
        int from = Integer.parseInt(word(request, 1));
        int to = Math.min(keys.size(), from + Integer.parseInt(word(request, 3)));
        List<Reply> names = new ArrayList<>();
        for (Key key : keys.subList(Math.min(from, to), to)) {
            names.add(bulk(key.name));
        }
        return new Reply.Items(List.of(bulk(to >= keys.size() ? "0" : Integer.toString(to)), new Reply.Items(names)));
    }

    @Override
    protected String info() {
        long bytes = hiddenBytes;
        long keys = 0;
        StringBuilder keyspace = new StringBuilder();
        for (Map.Entry<Integer, List<Key>> each : databases.entrySet()) {
            for (Key key : each.getValue()) {
                bytes += key.bytes;
            }
            keys += each.getValue().size();
            keyspace.append("db").append(each.getKey()).append(":keys=").append(each.getValue().size()).append(",expires=0,avg_ttl=0\r\n");
        }
        long dataset = bytes - 40 * keys;
        long overhead = 40 * keys + clientBytes + tableBytes;
        return "redis_version:7.0.15\r\nrun_id:" + startedSecond + "\r\nuptime_in_seconds:100\r\nrole:master\r\nused_memory:"
                + (dataset + overhead)
                + "\r\nmaxmemory:10000000000\r\nmaxmemory_policy:noeviction\r\nused_memory_dataset:" + dataset + "\r\nused_memory_overhead:"
                + overhead
                + "\r\nused_memory_startup:0\r\nmem_clients_normal:" + clientBytes
                + "\r\nconnected_clients:3\r\nused_cpu_sys:1.0\r\nused_cpu_user:2.0\r\ntotal_commands_processed:100\r\n" + keyspace;
    }

    static byte[] latin(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
