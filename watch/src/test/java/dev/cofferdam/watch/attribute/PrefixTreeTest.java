// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixTreeTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 5);

    private final Random random = new Random(SEED);
    private final PrefixTree tree = new PrefixTree(new PrefixPins(Map.of()));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"cache:report:0b8f1f4e-96fd-4c0c-8a4d-0d3ef7f1c2aa:pdf,cache:report:<uuid>:pdf", "cache:page:1234:v2,cache:page:<n>:v2",
        "user:jane.doe@example.com:cart,user:<email>:cart", "rate:10.0.3.17,rate:<ip>", "rate:2001:db8::1:login,rate:<ip>:login",
        "stats:2026-11-23:pages,stats:<date>:pages", "log:2026-11-23T10:15:00Z,log:<date>",
        "obj/5f2a9c01d3e4/body,obj/<hex>/body", "id:01ARZ3NDEKTSV4RRFFQ69G5FAV,id:<id>", "n:V1StGXR8_Z5jdHi6B-myT,n:<id>",
        "user1000:profile,user<n>:profile", "sha256:v2,sha256:v2", "{user1000}.following,{user<n>}.following", "plain,plain",
        "my-Long-Name-With-Words-2,my-Long-Name-With-Words-<n>", "a::b,a::b", ":1:x,:<n>:x", "größe:ä,größe:ä"})
    void tokens(String key, String shown) {
        assertThat(KeyTokens.shown(KeyTokens.of(bytes(key)))).isEqualTo(shown);
    }

    @Test
    void binaryKeysEndAtTheirFirstBinaryToken() {
        assertThat(KeyTokens.shown(KeyTokens.of(new byte[] {'i', 'm', 'g', ':', 1, (byte) 0xff, ':', 7}))).isEqualTo("img:<bin>");
        assertThat(KeyTokens.of(new byte[0])).isEmpty();
        assertThat(KeyTokens.shown(KeyTokens.of("<n>:\\".getBytes(StandardCharsets.UTF_8)))).isEqualTo("<n>:\\\\");
        assertThat(KeyTokens.literal(KeyTokens.of(bytes("<n>:x:17:y")))).isEqualTo("<n>:x:");
        assertThat(KeyTokens.shown(KeyTokens.of(bytes("a:".repeat(200))))).isEqualTo("a:".repeat(11) + "…");
    }

    @Test
    void hostileNamesAreEscaped() {
        assertThat(KeyText.of(bytes("<img onerror>\u0007\u202e"))).isEqualTo("<img onerror>\\x07\\xe2\\x80\\xae");
        assertThat(KeyText.of(bytes("x".repeat(10_000)))).hasSize(97).endsWith("…");
    }

    @Test
    void userNamesAreFoldedAndNamesAreKept() {
        Map<String, Integer> seen = new TreeMap<>();
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String key = switch (random.nextInt(4)) {
                case 0 -> "profile:" + name() + ":photo";
                case 1 -> "profile:" + name();
                case 2 -> "flag:" + List.of("dark", "beta", "new-menu").get(random.nextInt(3));
                default -> "cache:page:" + random.nextInt(1_000_000) + ":v2";
            };
            counts.merge(tree.add(bytes(key)), 1, Integer::sum);
        }
        counts.forEach((group, count) -> seen.merge(tree.pattern(group), count, Integer::sum));
        assertThat(seen.keySet()).containsExactlyInAnyOrder("profile:<*>:photo", "profile:<*>", "flag:dark", "flag:beta", "flag:new-menu",
                "cache:page:<n>:v2");
        assertThat(seen.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(20_000);
        assertThat(tree.literal(tree.add(bytes("cache:page:1:v2")))).isEqualTo("cache:page:");
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            name.append((char) ('a' + random.nextInt(26)));
        }
        return name.toString();
    }

    @Test
    void pinsAndLibraries() {
        PrefixTree pinned = new PrefixTree(new PrefixPins(Map.of("sessions", List.of("s*:x:*"))));
        assertThat(pinned.pattern(pinned.add(bytes("sab:x:1")))).isEqualTo("s<*>:x:<*>");
        assertThat(pinned.literal(pinned.add(bytes("sab:x:1")))).isEqualTo("s");
        assertThat(pinned.pattern(pinned.add(bytes("bull:mail:17")))).isEqualTo("bull:mail:<*>");
        assertThat(pinned.literal(pinned.add(bytes("bull:mail:17")))).isEqualTo("bull:mail:");
        assertThat(pinned.pattern(pinned.add(bytes("queue:default")))).isEqualTo("queue:default");
        assertThat(pinned.pattern(pinned.add(bytes("celery-task-meta-" + new UUID(1, 2))))).isEqualTo("celery-task-meta-<*>");
        assertThat(new PrefixPins(Map.of("sessions", List.of("s*:x:*"))).workload(bytes("sab:x:1"))).isEqualTo("sessions");
        assertThat(KeyGlob.matches("a*b?c*", "axxbyc")).isTrue();
        assertThat(KeyGlob.matches("a*b?c", "axxbc")).isFalse();
        assertThat(KeyGlob.matches("", "")).isTrue();
        assertThat(KeyGlob.matches("a*".repeat(50) + "b", "a".repeat(500))).isFalse();
    }

    /** Names without any order, of every depth: the tree stays small, every group stays known, and nothing is counted twice. */
    @Test
    void prefixesThatExplodeInNumber() {
        Map<Integer, Long> counts = new HashMap<>();
        int keys = 300_000;
        for (int i = 0; i < keys; i++) {
            StringBuilder key = new StringBuilder();
            int depth = 1 + random.nextInt(8);
            for (int d = 0; d < depth; d++) {
                key.append(name(), 0, 1 + random.nextInt(6)).append(":/.-".charAt(random.nextInt(4)));
            }
            counts.merge(tree.add(i % 10 == 0 ? bytes("steady:" + i) : bytes(key.toString())), 1L, Long::sum);
            assertThat(tree.nodes()).isLessThanOrEqualTo(PrefixTree.NODES_MAX + 64);
        }
        Map<String, Long> shown = new HashMap<>();
        counts.forEach((group, count) -> {
            assertThat(tree.path(group).length).isLessThanOrEqualTo(KeyTokens.TOKENS_MAX + 1);
            assertThat(tree.current(tree.current(group))).isEqualTo(tree.current(group));
            shown.merge(tree.pattern(group), count, Long::sum);
        });
        assertThat(shown.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(keys);
        assertThat(shown.get("steady:<n>")).as("-Dcofferdam.seed=%d", SEED).isGreaterThan(keys / 10 - 600L);
    }
}
