// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Plan;
import dev.cofferdam.watch.contain.PlanRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random prefixes and keys made read-only on a stock redis-server, which then says itself (ACL DRYRUN, and real commands) who may write what, against "does not
 * begin with". {@code -Dcofferdam.seed=N} repeats a run; {@code -Dcofferdam.long=true} takes a hundred times as many.
 */
class ContainAlgebraIT {
    private static final String BYTES = "ab:*?[]^-\\!\"'() \u0000\u001f!\u007f\u0080\u0081\u00fe\u00ff~%#";
    private static final int PREFIXES = Boolean.getBoolean("cofferdam.long") ? 5_000 : 50;
    private static final int KEYS = 60;

    @TempDir Path folder;

    @Test
    void redisForbidsExactlyThePrefix() throws Exception {
        assumeTrue(WatchedRedis.isInstalled(), "redis-server is not installed");
        long seed = Long.getLong("cofferdam.seed", 20261123);
        SplittableRandom random = new SplittableRandom(seed);
        ContainOptions options = ContainOptions.DEFAULTS.withLevel(ContainLevel.PROPOSE).withExemptUsers(Set.of("default", "ops"))
            .withTimes(ContainOptions.DEFAULTS.undoAfter(), Duration.ofMillis(1));
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect(); RespClient app = redis.as("app")) {
            TurnedClock clock = new TurnedClock();
            Containment containment = redis.containment(folder, options, clock);
            for (int i = 0; i < PREFIXES; i++) {
                KeyRange range = new KeyRange(0, random.nextBoolean(), text(random, 1 + random.nextInt(8)));
                clock.turn(Duration.ofSeconds(1));
                Plan plan = containment.plan(PlanRequest.readOnly(range, "test", ""), Outlook.UNKNOWN);
                List<Plan.Step> ofApp = plan.steps().stream().filter(step -> step.command().words().get(2).equals("app")).toList();
                assertThat(ofApp).hasSize(1);
                admin.call(request(ofApp.getFirst().command().words())).orThrow();
                check(range, random, admin, app, seed);
                admin.call(request(Objects.requireNonNull(ofApp.getFirst().undo()).words())).orThrow();
            }
        }
    }

    private static void check(KeyRange range, SplittableRandom random, RespClient admin, RespClient app, long seed) throws IOException {
        List<String> keys = new ArrayList<>();
        List<Request> dryRuns = new ArrayList<>();
        List<Request> writes = new ArrayList<>();
        for (int k = 0; k < KEYS; k++) {
            String key = near(random, range.bytes());
            keys.add(key);
            dryRuns.add(request(List.of("ACL", "DRYRUN", "app", "SET", key, "x")));
            dryRuns.add(request(List.of("ACL", "DRYRUN", "app", "GET", key)));
            writes.add(request(List.of("SET", key, "x", "PX", "1")));
        }
        List<Reply> said = admin.pipeline(dryRuns);
        List<Reply> done = app.pipeline(writes);
        for (int k = 0; k < KEYS; k++) {
            String key = keys.get(k);
            boolean covered = range.exact() ? key.equals(range.bytes()) : key.startsWith(range.bytes());
            String about = "seed " + seed + ": " + range + ", key " + request(List.of(key)) + " of " + key.length() + " bytes";
            assertThat("OK".equals(said.get(2 * k).asText())).as(about).isEqualTo(!covered);
            assertThat(said.get(2 * k + 1).asText()).as(about).isEqualTo("OK");
            assertThat(done.get(k).isFailure()).as(about).isEqualTo(covered);
        }
    }

    private static Request request(List<String> words) {
        Request request = Request.of(words.getFirst());
        words.subList(1, words.size()).forEach(word -> request.and(word.getBytes(StandardCharsets.ISO_8859_1)));
        return request;
    }

    private static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(BYTES.charAt(random.nextInt(BYTES.length())));
        }
        return text.toString();
    }

    /** The prefix, cut, with another byte, longer, the empty key, or something else. */
    private static String near(SplittableRandom random, String prefix) {
        StringBuilder key = new StringBuilder(prefix);
        switch (random.nextInt(6)) {
            case 0 -> key.setLength(random.nextInt(prefix.length() + 1));
            case 1 -> key.setCharAt(random.nextInt(prefix.length()), text(random, 1).charAt(0));
            case 2 -> key.append(text(random, 1 + random.nextInt(3)));
            case 3 -> {
                key.setCharAt(random.nextInt(prefix.length()), text(random, 1).charAt(0));
                key.append(text(random, random.nextInt(4)));
            }
            case 4 -> key.setLength(0);
            default -> key.replace(0, key.length(), text(random, random.nextInt(10)));
        }
        return key.toString();
    }
}
