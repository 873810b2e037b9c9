// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random keys come, grow and go; sums are compared with those of a map by name, shapes with a regular expression. */
class PrefixTablePropertyTest {
    private static final Pattern SEGMENT = Pattern.compile("([^:./_|#\\x00-\\x20-]*)[:./_|#\\x00-\\x20-]");

    private final long seed = Long.getLong("cofferdam.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Arena arena = Arena.open(1 << 20, 1 << 16);
    private final Account account = arena.account("test", 0, 1 << 20, false);
    private final long page = account.takePage();

    @AfterEach
    void close() {
        arena.close();
    }

    private int idOf(PrefixTable table, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        int shift = random.nextInt(8);
        Mem.copyFrom(bytes, 0, page + shift, bytes.length);
        return table.idOf(page + shift, bytes.length);
    }

    /** The rule as a sentence: leading segments of at most 64 bytes, until one looks like an identifier, never the last one. */
    private static String naivePrefix(String key) {
        Matcher segment = SEGMENT.matcher(key);
        int end = 0;
        while (segment.find(end) && segment.start() == end && segment.end() < key.length() && segment.end() <= 64) {
            String name = segment.group(1);
            long digits = name.chars().filter(c -> c >= '0' && c <= '9').count();
            long upper = name.chars().filter(c -> c >= 'A' && c <= 'Z').count();
            long lower = name.chars().filter(c -> c >= 'a' && c <= 'z').count();
            boolean looksLikeId = name.matches(".*[@=+%].*") || digits > 1 || digits == 1 && name.length() > 3
                    || name.matches("[a-fA-F]{8,}")
                    || name.length() > 40 || name.length() >= 16 && upper * 4 >= name.length() && lower * 4 >= name.length();
            if (looksLikeId) {
                break;
            }
            end = segment.end();
        }
        return key.substring(0, end);
    }

    private String randomKey(String alphabet, int segments) {
        StringBuilder key = new StringBuilder();
        for (int i = random.nextInt(segments); i >= 0; i--) {
            for (int j = random.nextInt(random.nextInt(10) == 0 ? 50 : 6); j >= 0; j--) {
                key.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            key.append(i == 0 ? "" : String.valueOf(":./-_|# ".charAt(random.nextInt(8))));
        }
        return key.toString();
    }

    @Test
    void shapesAreAsTheRuleSays() {
        System.out.println("repeat with -pl keyspace -Dtest=PrefixTablePropertyTest -Dcofferdam.seed=" + seed);
        for (int i = 0; i < 50_000; i++) {
            String key = randomKey(random.nextBoolean() ? "abcdefABCDEF" : "abcxyzABCXYZabcdefghijkl1@:.-", 6);
            byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
            Mem.copyFrom(bytes, 0, page, bytes.length);
            assertThat(key.substring(0, PrefixShape.length(page, bytes.length))).as(key).isEqualTo(naivePrefix(key));
        }
    }

    /** One key of the model. */
    private record Entry(int id, String prefix, long bytes) {
    }

    @Test
    void sumsAreExactAndIdsAreRecycledOnlyWhenEmpty() {
        System.out.println("repeat with -pl keyspace -Dtest=PrefixTablePropertyTest -Dcofferdam.seed=" + seed);
        for (int round = 0; round < 40; round++) {
            int limit = 2 + random.nextInt(random.nextBoolean() ? 20 : 600);
            PrefixTable table = new PrefixTable(limit);
            List<Entry> entries = new ArrayList<>();
            String alphabet = random.nextBoolean() ? "ab" : "abcdefgxyz";
            for (int step = 0; step < 5_000; step++) {
                int choice = random.nextInt(10);
                if (choice < (step / 1_000 % 2 == 0 ? 7 : 3) || entries.isEmpty()) {
                    String key = randomKey(alphabet, 4) + ":" + step;
                    int id = idOf(table, key);
                    String prefix = naivePrefix(key);
                    String name = table.nameOf(id);
                    assertThat(id).isBetween(0, limit - 1);
                    assertThat(id == PrefixTable.OTHER || prefix.startsWith(name)).as("%s counted for '%s'", key, name).isTrue();
                    long bytes = 1 + random.nextLong(1000);
                    table.charge(id, bytes);
                    table.keys(id, 1);
                    entries.add(new Entry(id, name, bytes));
                } else {
                    Entry gone = entries.remove(random.nextInt(entries.size()));
                    table.keys(gone.id, -1);
                    table.charge(gone.id, -gone.bytes);
                }
                if (step % 500 == 0 || step == 4_999) {
                    compare(table, entries);
                }
            }
            for (Entry gone : entries) {
                table.charge(gone.id, -gone.bytes);
                table.keys(gone.id, -1);
            }
            entries.clear();
            compare(table, entries);
            // All ids are free: a name that was never seen gets one even though the table was full.
            assertThat(table.nameOf(idOf(table, "neverseen:1"))).isEqualTo("neverseen:");
        }
    }

    private static void compare(PrefixTable table, List<Entry> entries) {
        Map<String, long[]> sums = new HashMap<>();
        for (Entry entry : entries) {
            assertThat(table.nameOf(entry.id)).as("name of an id in use").isEqualTo(entry.prefix);
            long[] sum = sums.computeIfAbsent(entry.prefix, p -> new long[2]);
            sum[0] += entry.bytes;
            sum[1]++;
        }
        Map<String, String> expected = sums.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, sum -> sum.getValue()[0] + " bytes, " + sum.getValue()[1] + " keys"));
        Map<String, String> actual = table.topByBytes(Integer.MAX_VALUE).stream()
            .collect(Collectors.toMap(PrefixUsage::name, usage -> usage.bytes() + " bytes, " + usage.keys() + " keys"));
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void namesThatFanOutAreCountedForThePrefixAbove() {
        PrefixTable table = new PrefixTable(1_000);
        for (int i = 0; i < 10_000; i++) {
            char[] name = {(char) ('g' + i % 20), (char) ('g' + i / 20 % 20), (char) ('g' + i / 400 % 20), (char) ('g' + i / 8_000)};
            int id = idOf(table, "user:" + new String(name) + ":profile");
            table.charge(id, 100);
            table.keys(id, 1);
        }
        int id = idOf(table, "order:total:1");
        table.charge(id, 7);
        assertThat(table.size()).isLessThan(200);
        assertThat(table.topByBytes(1)).extracting(PrefixUsage::name).containsExactly("user:");
        assertThat(table.topByBytes(2).getFirst().bytes()).isEqualTo((10_000 - PrefixTable.FAN_OUT_MAX) * 100L);
        assertThat(table.bytesOf(id)).isEqualTo(7);
    }

    @Test
    void growthCountsFromTheMark() {
        PrefixTable table = new PrefixTable(100);
        int big = idOf(table, "big:x");
        int fast = idOf(table, "fast:x");
        table.charge(big, 1_000_000);
        table.charge(fast, 10);
        table.mark();
        table.charge(big, 5);
        table.charge(fast, 500);
        assertThat(table.topByGrowth(2)).extracting(PrefixUsage::name, PrefixUsage::growthBytes)
            .containsExactly(org.assertj.core.groups.Tuple.tuple("fast:", 500L), org.assertj.core.groups.Tuple.tuple("big:", 5L));
        assertThat(table.topByBytes(1)).extracting(PrefixUsage::name).containsExactly("big:");
    }
}
