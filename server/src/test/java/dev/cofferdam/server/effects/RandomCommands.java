// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import dev.cofferdam.server.dump.DumpPayloads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Random calls of every command that writes, on few keys, so that they meet each other's values: of the right type mostly, of any type sometimes. The key's
 * first letter says the compartment.
 */
final class RandomCommands {
    private static final String TYPES = "slhmzx";
    private static final String COMPARTMENTS = "djc";

    private final Random random;
    private final Map<String, Supplier<String[]>> calls = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();

    RandomCommands(Random random) {
        this.random = random;
        strings();
        bitmaps();
        sketches();
        lists();
        hashes();
        sets();
        sortedSets();
        places();
        streams();
        keys();
        calls.keySet().stream().filter(name -> !name.contains("FLUSH")).forEach(names::add);
        // What makes values grow, so that there is something to take from.
        names.addAll(java.util.Collections.nCopies(10, "ZADD"));
        names.addAll(java.util.Collections.nCopies(10, "XADD"));
        names.addAll(java.util.Collections.nCopies(6, "XREADGROUP"));
        names.addAll(java.util.Collections.nCopies(2, "XGROUP|DELCONSUMER"));
        names.addAll(java.util.Collections.nCopies(3, "XDEL"));
        names.addAll(java.util.Collections.nCopies(5, "XACK"));
        names.addAll(java.util.Collections.nCopies(4, "XGROUP|CREATE"));
        names.addAll(java.util.Collections.nCopies(8, "HSET"));
        names.addAll(java.util.Collections.nCopies(8, "SADD"));
        names.addAll(java.util.Collections.nCopies(6, "RPUSH"));
        names.addAll(java.util.Collections.nCopies(6, "LPUSH"));
        names.addAll(java.util.Collections.nCopies(4, "SMOVE"));
        names.addAll(java.util.Collections.nCopies(6, "XCLAIM"));
    }

    Set<String> commands() {
        return calls.keySet();
    }

    /** Any but FLUSHALL and its like, after which there is little to see. */
    String[] next() {
        return call(names.get(random.nextInt(names.size())));
    }

    String[] call(String name) {
        String[] arguments = calls.get(name).get();
        List<String> all = new ArrayList<>(List.of(name.split("\\|")));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** A string for the evicting compartment, of which there are too many. */
    String[] filler() {
        return new String[] {"SET", "c:fill:" + random.nextInt(6_000), text(600).repeat(2), "PX",
            Integer.toString(1 + random.nextInt(100_000))};
    }

    private void on(String names, Supplier<String[]> arguments) {
        for (String name : names.split(" ")) {
            calls.put(name, arguments);
        }
    }

    private static String[] of(String... arguments) {
        return arguments;
    }

    /** Key, then {@code count} texts of that supplier. */
    private String[] many(String key, Supplier<String> each, int count) {
        String[] all = new String[count + 1];
        all[0] = key;
        for (int i = 1; i <= count; i++) {
            all[i] = each.get();
        }
        return all;
    }

    private String[] scores(String key, int pairs) {
        String[] all = new String[1 + 2 * pairs];
        all[0] = key;
        for (int i = 1; i < all.length; i += 2) {
            all[i] = score();
            all[i + 1] = member();
        }
        return all;
    }

    // ---------------------------------------------------------------- words

    private String key(char type) {
        char kind = random.nextInt(12) == 0 ? TYPES.charAt(random.nextInt(TYPES.length())) : type;
        return COMPARTMENTS.charAt(random.nextInt(COMPARTMENTS.length())) + ":" + kind + ":" + random.nextInt(4);
    }

    private String any() {
        return key(TYPES.charAt(random.nextInt(TYPES.length())));
    }

    /** Mostly short; large ones turn a packed value into a large one. */
    private String text(int most) {
        int length = random.nextInt(60) == 0 ? random.nextInt(20_000) : random.nextInt(most);
        return Character.toString((char) ('a' + random.nextInt(26))).repeat(length) + random.nextInt(100);
    }

    private String member() {
        return random.nextInt(3) == 0
                ? Integer.toString(random.nextInt(60) - 30)
                : random.nextInt(40) == 0 ? text(300) : "m" + random.nextInt(60);
    }

    private String field() {
        return random.nextInt(4) == 0 ? member() : "f" + random.nextInt(20);
    }

    private String element() {
        return random.nextInt(5) == 0 ? text(200) : "e" + random.nextInt(5);
    }

    private String integer(int most) {
        return Integer.toString(random.nextInt(2 * most) - most);
    }

    private String natural(int most) {
        return Integer.toString(random.nextInt(most));
    }

    private String score() {
        return random.nextInt(20) == 0 ? "inf" : random.nextBoolean() ? integer(10) : Double.toString(random.nextInt(100) / 8.0);
    }

    private String side() {
        return random.nextBoolean() ? "LEFT" : "RIGHT";
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    private int few() {
        return 1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 4);
    }

    private String millis() {
        return Integer.toString(1 + random.nextInt(3_000));
    }

    private String atMillis() {
        return Long.toString(1_700_000_000_000L + random.nextInt(400_000));
    }

    // ---------------------------------------------------------------- families

    private void strings() {
        on("SET", () -> switch (random.nextInt(8)) {
            case 0 -> of(any(), text(40), "PX", millis());
            case 1 -> of(any(), text(40), "PXAT", atMillis());
            case 2 -> of(any(), natural(1_000), "KEEPTTL");
            case 3 -> of(key('s'), text(40), pick("NX", "XX"), "GET");
            case 4 -> of(key('s'), text(9_000), "EX", "3");
            default -> of(key('s'), random.nextBoolean() ? integer(1_000) : text(100));
        });
        on("SETNX", () -> of(any(), text(30)));
        on("SETEX", () -> of(any(), natural(5), text(30)));
        on("PSETEX", () -> of(any(), millis(), text(30)));
        on("GETSET", () -> of(key('s'), text(30)));
        on("GETDEL", () -> of(key('s')));
        on("GETEX", () -> random.nextBoolean() ? of(key('s'), "PX", millis()) : of(key('s'), pick("PERSIST", "PXAT"), atMillis()));
        on("APPEND", () -> of(key('s'), random.nextInt(5) == 0 ? "" : text(30)));
        on("SETRANGE", () -> of(key('s'), natural(200), text(30)));
        on("INCR DECR", () -> of(key('s')));
        on("INCRBY DECRBY", () -> of(key('s'), integer(100)));
        on("INCRBYFLOAT", () -> of(key('s'), score()));
        on("MSET MSETNX", () -> random.nextBoolean()
                ? of(key('s'), text(20), key('s'), natural(9), key('s'), text(20))
                : of("d:new:" + random.nextInt(500), text(20), "j:new:" + random.nextInt(500), text(20)));
    }

    private void bitmaps() {
        on("SETBIT", () -> of(key('s'), natural(2_000), natural(2)));
        on("BITOP", () -> random.nextInt(4) == 0
                ? of("NOT", key('s'), key('s'))
                : of(pick("AND", "OR", "XOR"), random.nextInt(3) == 0 ? any() : key('s'), key('s'), key('s')));
        on("BITFIELD", () -> of(key('s'), "SET", "u8", "#" + natural(40), natural(300), "OVERFLOW", pick("WRAP", "SAT", "FAIL"), "INCRBY",
                pick("i5", "u33", "i64"), natural(300), integer(1_000)));
    }

    private void sketches() {
        on("PFADD", () -> many(sketch(), () -> text(60), random.nextInt(20) == 0 ? 200 : few()));
        on("PFMERGE", () -> many(sketch(), this::sketch, random.nextInt(3)));
        on("PFCOUNT", () -> of(sketch())); // no writer, but it keeps its result in the value
        on("PFDEBUG", () -> of(pick("GETREG", "TODENSE"), sketch()));
    }

    /** A key of its own kind: bytes that other commands would not leave alone. */
    private String sketch() {
        return random.nextInt(12) == 0 ? any() : COMPARTMENTS.charAt(random.nextInt(COMPARTMENTS.length())) + ":p:" + random.nextInt(3);
    }

    private void lists() {
        on("LPUSH RPUSH LPUSHX RPUSHX", () -> many(key('l'), this::element, few()));
        on("LPOP RPOP", () -> random.nextBoolean() ? of(key('l')) : of(key('l'), natural(6)));
        on("BLPOP BRPOP", () -> of(key('l'), key('l'), "0.05"));
        on("LMPOP", () -> of("2", key('l'), key('l'), side(), "COUNT", Integer.toString(few())));
        on("BLMPOP", () -> of("0.05", "2", key('l'), key('l'), side(), "COUNT", Integer.toString(few())));
        on("LMOVE", () -> random.nextInt(4) == 0 ? rotation(key('l')) : of(key('l'), key('l'), side(), side()));
        on("BLMOVE", () -> of(key('l'), key('l'), side(), side(), "0.05"));
        on("RPOPLPUSH", () -> of(key('l'), key('l')));
        on("BRPOPLPUSH", () -> of(key('l'), key('l'), "0.05"));
        on("LSET", () -> of(key('l'), integer(8), element()));
        on("LINSERT", () -> of(key('l'), pick("BEFORE", "AFTER"), "e" + random.nextInt(5), element()));
        on("LREM", () -> of(key('l'), integer(3), "e" + random.nextInt(5)));
        on("LTRIM", () -> random.nextInt(4) == 0 ? of(key('l'), natural(8), "-2") : of(key('l'), natural(3), integer(60)));
    }

    private String[] rotation(String key) {
        return of(key, key, side(), side());
    }

    private void hashes() {
        on("HSET HMSET", () -> many(key('h'), this::field, 2 * few()));
        on("HSETNX", () -> of(key('h'), field(), text(40)));
        on("HDEL", () -> many(key('h'), this::field, few()));
        on("HINCRBY", () -> of(key('h'), "n" + random.nextInt(3), integer(1_000_000)));
        on("HINCRBYFLOAT", () -> of(key('h'), "n" + random.nextInt(3), score()));
    }

    private void sets() {
        on("SADD", () -> random.nextBoolean() ? many(key('m'), () -> integer(400), few()) : many(key('m'), this::member, few()));
        on("SREM", () -> many(key('m'), this::member, few()));
        on("SPOP", () -> random.nextBoolean() ? of(key('m')) : of(key('m'), natural(12)));
        on("SMOVE", () -> of(key('m'), key('m'), member()));
        on("SINTERSTORE SUNIONSTORE SDIFFSTORE", () -> of(random.nextInt(3) == 0 ? any() : key('m'), key('m'), key('m')));
    }

    private void sortedSets() {
        on("ZADD", () -> switch (random.nextInt(4)) {
            case 0 -> of(key('z'), pick("NX", "XX", "GT", "LT"), score(), member());
            case 1 -> of(key('z'), "INCR", score(), member());
            default -> scores(key('z'), 2 * few());
        });
        on("ZINCRBY", () -> of(key('z'), score(), member()));
        on("ZREM", () -> many(key('z'), this::member, few()));
        on("ZPOPMIN ZPOPMAX", () -> random.nextBoolean() ? of(key('z')) : of(key('z'), natural(5)));
        on("BZPOPMIN BZPOPMAX", () -> of(key('z'), key('z'), "0.05"));
        on("ZMPOP", () -> of("2", key('z'), key('z'), pick("MIN", "MAX"), "COUNT", Integer.toString(few())));
        on("BZMPOP", () -> of("0.05", "2", key('z'), key('z'), pick("MIN", "MAX"), "COUNT", Integer.toString(few())));
        on("ZREMRANGEBYRANK", () -> of(key('z'), natural(5), integer(8)));
        on("ZREMRANGEBYSCORE", () -> of(key('z'), integer(10), "(" + natural(8)));
        on("ZREMRANGEBYLEX", () -> of(key('z'), "[" + natural(30), "[m2"));
        on("ZRANGESTORE", () -> of(random.nextInt(3) == 0 ? any() : key('z'), key('z'), natural(3), integer(12)));
        on("ZUNIONSTORE ZINTERSTORE",
                () -> of(random.nextInt(3) == 0 ? any() : key('z'), "2", key('z'), random.nextBoolean() ? key('z') : key('m')));
        on("ZDIFFSTORE", () -> of(key('z'), "2", key('z'), key('z')));
    }

    private void places() {
        on("GEOADD", () -> of(key('z'), natural(9), natural(9), member(), natural(9), natural(9), member()));
        on("GEOSEARCHSTORE", () -> of(random.nextInt(3) == 0 ? any() : key('z'), key('z'), "FROMLONLAT", natural(9), natural(9), "BYBOX",
                "600", natural(900), "km", pick("ASC", "STOREDIST")));
        on("GEORADIUS", () -> of(key('z'), natural(9), natural(9), natural(900), "km", pick("STORE", "STOREDIST"), key('z')));
        on("GEORADIUSBYMEMBER", () -> of(key('z'), member(), natural(900), "km", pick("STORE", "STOREDIST"), key('z')));
    }

    private String streamId() {
        return random.nextInt(3) == 0 ? natural(30) + "-" + natural(3) : "5000-" + natural(30);
    }

    private void streams() {
        on("XADD", () -> switch (random.nextInt(12)) {
            case 0 -> of(key('x'), "MAXLEN", pick("=", "~"), natural(60), "*", "f" + natural(3), text(60));
            case 1, 2 -> of(key('x'), streamId(), "a", text(20), "b", natural(9));
            case 3 -> of(key('x'), "5000-*", "a", text(9_000));
            default -> of(key('x'), "5000-*", "a", text(40), "b", natural(100));
        });
        on("XDEL", () -> many(key('x'), this::streamId, 8));
        on("XTRIM", () -> random.nextBoolean() ? of(key('x'), "MAXLEN", natural(60)) : of(key('x'), "MINID", streamId()));
        on("XSETID", () -> of(key('x'), "5000-" + natural(90), "ENTRIESADDED", "5000"));
        on("XGROUP|CREATE", () -> of(key('x'), "g" + natural(2), pick("0", "$", "5"), "MKSTREAM"));
        on("XGROUP|SETID", () -> of(key('x'), "g" + natural(2), pick("0", "$", "5")));
        on("XGROUP|DESTROY", () -> of(key('x'), "g" + natural(6)));
        on("XGROUP|CREATECONSUMER XGROUP|DELCONSUMER", () -> of(key('x'), "g" + natural(2), "c" + natural(4)));
        on("XREADGROUP", () -> of("GROUP", "g" + natural(2), "c" + natural(4), "COUNT", Integer.toString(few()), "STREAMS", key('x'),
                pick(">", ">", ">", "0")));
        on("XACK", () -> of(key('x'), "g" + natural(2), "5000-" + natural(9), "5000-" + natural(9), streamId(), streamId(), streamId()));
        on("XCLAIM", () -> of(key('x'), "g" + natural(2), "c" + natural(4), "0", streamId(), streamId(), pick("FORCE", "JUSTID")));
        on("XAUTOCLAIM", () -> of(key('x'), "g" + natural(2), "c" + natural(4), "0", "0", "COUNT", "5"));
    }

    private void keys() {
        on("RESTORE", () -> of(key(TYPES.charAt(random.nextInt(TYPES.length()))), random.nextInt(3) == 0 ? "500" : "0",
                DumpPayloads.any(random), "REPLACE"));
        on("SORT", () -> switch (random.nextInt(3)) {
            case 0 -> of(any(), "BY", pick("nosort", "d:s:*", "*"), "ALPHA", "GET", pick("#", "d:s:*", "d:h:*->f1"), "GET", "#", "STORE",
                    key('l'));
            case 1 -> of(key('l'), "ALPHA", "LIMIT", natural(4), natural(9), "STORE", any());
            default -> of(key(pick("l", "m", "z").charAt(0)), "ALPHA", pick("ASC", "DESC"), "STORE", key('l'));
        });
        on("DEL UNLINK", () -> many(any(), this::any, random.nextInt(3)));
        on("EXPIRE", () -> of(any(), random.nextInt(8) == 0 ? "-1" : natural(4), pick("NX", "XX", "GT", "LT")));
        on("PEXPIRE", () -> of(any(), millis()));
        on("EXPIREAT", () -> of(any(), Long.toString(1_700_000_000L + random.nextInt(400))));
        on("PEXPIREAT", () -> of(any(), atMillis()));
        on("PERSIST", () -> of(any()));
        on("RENAME RENAMENX", () -> of(any(), any()));
        on("COPY", () -> switch (random.nextInt(3)) {
            case 0 -> of(any(), any(), "DB", natural(4), "REPLACE");
            case 1 -> of(any(), any(), "REPLACE");
            default -> of(any(), any());
        });
        on("MOVE", () -> of(any(), natural(4)));
        on("SWAPDB", () -> of(natural(4), natural(4)));
        on("FLUSHDB FLUSHALL", () -> of());
        on("COMPARTMENT|FLUSH", () -> of(pick("default", "jobs", "cache")));
    }
}
