// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import static dev.cofferdam.server.dump.DumpPayloads.intset;
import static dev.cofferdam.server.dump.DumpPayloads.listpack;
import static dev.cofferdam.server.dump.DumpPayloads.oldQuicklist;
import static dev.cofferdam.server.dump.DumpPayloads.oldSortedSet;
import static dev.cofferdam.server.dump.DumpPayloads.packed;
import static dev.cofferdam.server.dump.DumpPayloads.payload;
import static dev.cofferdam.server.dump.DumpPayloads.plain;
import static dev.cofferdam.server.dump.DumpPayloads.quicklist;
import static dev.cofferdam.server.dump.DumpPayloads.stream;
import static dev.cofferdam.server.dump.DumpPayloads.string;
import static dev.cofferdam.server.dump.DumpPayloads.ziplist;
import static dev.cofferdam.server.dump.DumpPayloads.zipmap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DUMP and RESTORE: every form a value may come in, what is refused, and that a refusal changes nothing. Stock's own dumps are read in {@code DumpIT}. */
class DumpTest {
    private static final String OK = "+OK\r\n";
    private static final String BAD = "-ERR Bad data format\r\n";

    private static CommandHarness harness() {
        return CommandHarness.single(32 << 20);
    }

    private static void audit(CommandHarness harness) {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
    }

    private static String resp(String... elements) {
        StringBuilder text = new StringBuilder("*" + elements.length + "\r\n");
        for (String element : elements) {
            text.append('$').append(element.length()).append("\r\n").append(element).append("\r\n");
        }
        return text.toString();
    }

    /** The bytes of a bulk reply. */
    private static String bulk(String reply) {
        int line = reply.indexOf("\r\n");
        assertThat(reply).startsWith("$");
        assertThat(reply.length()).isEqualTo(line + 4 + Integer.parseInt(reply.substring(1, line)));
        return reply.substring(line + 2, reply.length() - 2);
    }

    @Test
    void readsWhatServersOfAllAgesWrote() {
        String longWord = "long".repeat(40);
        String veryLong = "x".repeat(300);
        List<String> words = List.of("a", "1", longWord, "-5", "12", "127", "128", "-40000", "8000000", "-2147483648", "5000000000", "",
                veryLong);
        List<String> pairs = List.of("f", "1", "g", longWord, "h", "", longWord, "-3", "i", veryLong);
        String[] all = words.toArray(String[]::new);
        try (CommandHarness harness = harness()) {
            for (String dump : List.of(plain(1, words), packed(10, ziplist(words)),
                    oldQuicklist(List.of(words.subList(0, 3), words.subList(3, 13))),
                    quicklist(List.of(words.subList(0, 1), words.subList(1, 12), words.subList(12, 13))))) {
                assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("LRANGE", "k", "0", "-1")).isEqualTo(resp(all));
            }
            for (String dump : List.of(plain(4, pairs), packed(9, zipmap(pairs)), packed(13, ziplist(pairs)),
                    packed(16, listpack(pairs)))) {
                assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("HLEN", "k")).isEqualTo(":5\r\n");
                assertThat(harness.run("HMGET", "k", "f", "g", "h", longWord, "i")).isEqualTo(resp("1", longWord, "", "-3", veryLong));
            }
            assertThat(harness.run("RESTORE", "k", "0", plain(2, words), "REPLACE")).isEqualTo(OK);
            assertThat(harness.run("SCARD", "k")).isEqualTo(":13\r\n");
            for (int width : new int[] {2, 4, 8}) {
                assertThat(harness.run("RESTORE", "k", "0", packed(11, intset(width, -7, 0, 300)), "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("SMEMBERS", "k")).isEqualTo(resp("-7", "0", "300"));
            }
            List<String> scored = List.of("m", "1.5", "n", "-inf", "o", "inf", "5", "3");
            for (String dump : List.of(oldSortedSet(scored), packed(12, ziplist(scored)), packed(17, listpack(scored)))) {
                assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("ZRANGE", "k", "0", "-1", "WITHSCORES"))
                    .isEqualTo(resp("n", "-inf", "m", "1.5", "5", "3", "o", "inf"));
            }
            audit(harness);
        }
    }

    @Test
    void whatAGroupOfAnOlderDumpHasReadIsKnownAtBothEnds() {
        try (CommandHarness harness = harness()) {
            String[] ids = {"\u0043\u00E7", "\u0043\u00E8", "\u0043\u00E9", "\u0043\u00EA"}; // 999 to 1002
            String[] read = {":0\r\n", ":1\r\n", "$-1\r\n", ":2\r\n"};
            for (int i = 0; i < ids.length; i++) {
                String payload = DumpPayloads.mended(stream(15, "v1", "gone", "v3").replace("group\u0043\u00EA", "group" + ids[i]));
                assertThat(harness.run("RESTORE", "k", "0", payload, "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("XINFO", "GROUPS", "k")).contains("$12\r\nentries-read\r\n" + read[i]);
            }
        }
    }

    @Test
    void readsStreamsWithTheirGroups() {
        try (CommandHarness harness = harness()) {
            for (int type : new int[] {15, 19}) {
                assertThat(harness.run("RESTORE", "k", "0", stream(type, "v1", "gone", "v3"), "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("XRANGE", "k", "-", "+"))
                    .isEqualTo("*2\r\n*2\r\n$6\r\n1000-1\r\n" + resp("f", "v1") + "*2\r\n$6\r\n1002-1\r\n"
                            + resp("f", "v3"));
                assertThat(harness.run("XPENDING", "k", "group"))
                    .isEqualTo(":2\r\n$6\r\n1000-1\r\n$6\r\n1002-1\r\n".transform(text -> "*4\r\n" + text)
                            + "*2\r\n" + resp("alice", "1") + resp("bob", "1"));
                assertThat(harness.run("XADD", "k", "1002-1", "f", "v")).startsWith("-ERR The ID");
                String dump = bulk(harness.run("DUMP", "k"));
                String before = harness.run("XINFO", "STREAM", "k", "FULL");
                assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo(OK);
                assertThat(harness.run("XINFO", "STREAM", "k", "FULL")).isEqualTo(before);
            }
            audit(harness);
        }
    }

    @Test
    void whatIsDumpedComesBack() {
        List<List<String>> values = List.of(List.of("SET", "k", ""), List.of("SET", "k", "12345"),
                List.of("SET", "k", "-9223372036854775808"),
                List.of("SET", "k", "abc".repeat(30)), List.of("SET", "k", "x".repeat(100_000)), many("RPUSH", 5000, "element:#"),
                List.of("RPUSH", "k", "y".repeat(9000), "a", "z".repeat(70_000), "b"), many("SADD", 300, "#"),
                many("SADD", 3000, "member:#"),
                many("HSET", 200, "f#,v#"), many("HSET", 3000, "field:#,value:#"), many("ZADD", 100, "#.25,m#"),
                many("ZADD", 3000, "#,member:#"),
                List.of("ZADD", "k", "inf", "a", "-inf", "b", "0.1", "c"));
        try (CommandHarness harness = harness()) {
            for (List<String> value : values) {
                harness.run("DEL", "k", "l");
                assertThat(harness.run(value.toArray(String[]::new))).doesNotStartWith("-");
                String dump = bulk(harness.run("DUMP", "k"));
                assertThat(harness.run("RESTORE", "l", "0", dump)).isEqualTo(OK);
                for (String[] look : new String[][] {{"GET"}, {"LRANGE", "0", "-1"}, {"SMEMBERS"}, {"HGETALL"},
                    {"ZRANGE", "0", "-1", "WITHSCORES"}}) {
                    assertThat(look(harness, look, "l")).isEqualTo(look(harness, look, "k"));
                }
                assertThat(harness.run("OBJECT", "ENCODING", "l")).isEqualTo(harness.run("OBJECT", "ENCODING", "k"));
            }
            audit(harness);
        }
    }

    private static String look(CommandHarness harness, String[] look, String key) {
        List<String> words = new ArrayList<>(List.of(look));
        words.add(1, key);
        String reply = harness.run(words.toArray(String[]::new));
        if (look[0].equals("SMEMBERS") || look[0].equals("HGETALL")) {
            return reply.lines().sorted().toList().toString();
        }
        return reply;
    }

    private static List<String> many(String command, int count, String each) {
        List<String> words = new ArrayList<>(List.of(command, "k"));
        for (int i = 0; i < count; i++) {
            words.addAll(List.of(each.replace("#", Integer.toString(i)).split(",")));
        }
        return words;
    }

    @Test
    void damagedPayloadsAreRefusedAndTheOldValueStays() {
        List<String> scored = List.of("m", "nan");
        String lzf = new DumpPayloads.Bytes().put(0, 0xc3).length(5).length(30).put(1, 'a', 'b', 0xe0 | 0x1f, 200).done();
        List<String> bad = List.of(plain(1, List.of()), plain(2, List.of()), plain(4, List.of()), packed(10, ziplist(List.of())),
                packed(16, listpack(List.of())),
                packed(16, listpack(List.of("f"))), packed(17, listpack(List.of("m", "no score"))), oldSortedSet(scored),
                packed(11, intset(2)), packed(11, intset(2, 5, 5)), packed(11, intset(2, 6, 5)), packed(11, intset(4, 1) + "x"),
                packed(12, ziplist(List.of("m"))), packed(9, zipmap(List.of("f"))), payload(""), payload("\u0006"), payload("\u0014"),
                payload("\u0000"),
                payload("\u0001\u0081\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"), payload(lzf), payload("\u0012\u0001\u0003\u0001a"),
                packed(10, "short"), packed(16, listpack(List.of("a", "b")).replace("\u0081b", "\u0082b")),
                stream(19, "a", "b", "c").transform(text -> DumpPayloads.mended(text.replace("bob", "alf"))),
                // Bob's entry is none of the group's.
                stream(19, "a", "b", "c")
                    .transform(text -> DumpPayloads.mended(text.substring(0, text.length() - 26) + text.substring(text.length() - 26)
                        .replace('\u00ea', '\u00eb'))));
        try (CommandHarness harness = harness()) {
            harness.run("SET", "k", "old");
            long connections = harness.server.connections().usedBytes();
            for (String payload : bad) {
                assertThat(harness.run("RESTORE", "k", "0", payload, "REPLACE")).as(payload).isEqualTo(BAD);
            }
            assertThat(harness.run("RESTORE", "k", "0", payload("\0\1a", 11), "REPLACE"))
                .startsWith("-ERR DUMP payload version or checksum");
            assertThat(harness.run("RESTORE", "k", "0", string("a").replace('a', 'b'), "REPLACE")).startsWith("-ERR DUMP payload version");
            assertThat(harness.run("GET", "k")).isEqualTo("$3\r\nold\r\n");
            assertThat(harness.server.connections().usedBytes()).isEqualTo(connections);
            audit(harness);
        }
    }

    @Test
    void deadlinesAndOptions() {
        try (CommandHarness harness = harness()) {
            String dump = string("value");
            assertThat(harness.run("RESTORE", "k", "5000", dump)).isEqualTo(OK);
            assertThat(harness.run("PTTL", "k")).isEqualTo(":5000\r\n");
            assertThat(harness.run("RESTORE", "k", "0", dump)).isEqualTo("-BUSYKEY Target key name already exists.\r\n");
            long at = harness.server.nowMillis() + 7000;
            assertThat(harness.run("RESTORE", "k", Long.toString(at), dump, "REPLACE", "ABSTTL", "IDLETIME", "10")).isEqualTo(OK);
            assertThat(harness.run("PEXPIRETIME", "k")).isEqualTo(":" + at + "\r\n");
            assertThat(harness.run("RESTORE", "k", "1", dump, "REPLACE", "ABSTTL", "FREQ", "3")).isEqualTo(OK);
            assertThat(harness.run("EXISTS", "k")).isEqualTo(":0\r\n");
            assertThat(harness.run("RESTORE", "h", "60000", plain(4, List.of("f", "v")))).isEqualTo(OK);
            harness.advanceMillis(61_000);
            assertThat(harness.run("EXISTS", "h")).isEqualTo(":0\r\n");
            audit(harness);
        }
    }

    @Test
    void inAFullCompartmentAWholeValueIsRefusedAndTheOldOneStays() {
        try (CommandHarness harness = CommandHarness.single(8 << 20)) {
            List<String> words = many("RPUSH", 2000, "element-of-some-length-that-is-not-so-short:#");
            String dump = plain(1, words);
            harness.run("SET", "k", "old");
            int i = 0;
            while (harness.run("SET", "filler" + i, "x".repeat(5000)).equals(OK)) {
                i++;
            }
            assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).startsWith("-OOM");
            assertThat(harness.run("GET", "k")).isEqualTo("$3\r\nold\r\n");
            harness.run("MULTI");
            harness.run("RESTORE", "k", "0", dump, "REPLACE");
            assertThat(harness.run("EXEC")).contains("OOM command not allowed");
            for (int j = 0; j < i; j += 2) {
                harness.run("DEL", "filler" + j);
            }
            assertThat(harness.run("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo(OK);
            assertThat(harness.run("LLEN", "k")).isEqualTo(":2002\r\n");
            audit(harness);
        }
    }
}
