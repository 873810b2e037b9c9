// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.Approval;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Plan;
import dev.cofferdam.watch.contain.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes room in a stock redis-server that is full, and how soon others can write again. */
class ContainKeysIT {
    private static final ContainOptions OPTIONS = ContainOptions.DEFAULTS.withLevel(ContainLevel.APPLY).withExemptUsers(Set.of("default"));
    private static final KeyRange REPORTS = KeyRange.prefix(0, "cache:report:");

    @TempDir Path folder;

    private final TurnedClock clock = new TurnedClock();

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "redis-server is not installed");
    }

    @Test
    void aPrefixIsDroppedAndOthersWriteAgain() throws Exception {
        try (FullRedis redis = FullRedis.start(); RespClient admin = redis.connect(); Writer writer = new Writer(redis)) {
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan plan = containment.plan(PlanRequest.dropPrefix(REPORTS, "anna", "full"), Outlook.UNKNOWN);
            assertThat(Math.abs(plan.preview().keys() - FullRedis.KEYS))
                .isLessThanOrEqualTo(Math.max(100, 2 * plan.preview().keysMargin()));
            assertThat(plan.preview().withTtlShare()).isZero();
            assertThatThrownBy(() -> containment.apply(plan.id(), Approval.by("anna"))).hasMessageContaining("type cache:report:");
            assertThatThrownBy(() -> containment.apply(plan.id(), Approval.typed("anna", "cache:")))
                .hasMessageContaining("type cache:report:");
            writer.awaitRefusals();

            Action action = containment.apply(plan.id(), Approval.typed("anna", "cache:report:"));

            assertThat(action.state()).isEqualTo(Action.State.DONE);
            assertThat(action.effect().removed()).isEqualTo(FullRedis.KEYS);
            assertThat(action.effect().backAfterMillis()).isBetween(1L, 2_000L);
            writer.awaitSuccess();
            assertThat(admin.call("EXISTS", "cache:report:0", "cache:report:19999").asLong()).isZero();
            assertThat(admin.call("EXISTS", "sess:0", "sess:499", "queue:mail").asLong()).isEqualTo(3);
            assertThatThrownBy(() -> containment.apply(plan.id(), Approval.typed("anna", "cache:report:")))
                .hasMessageContaining("applied already");
            assertThatThrownBy(() -> containment.undo(action.id(), "anna")).hasMessageContaining("nothing was exported");
        }
    }

    @Test
    void whatWasExportedComesBack() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            for (int i = 0; i < 300; i++) {
                admin.call("RPUSH", "tmp:" + i, "a", "b", "\u0000\u00ff").orThrow();
            }
            admin.call("PEXPIRE", "tmp:7", "600000").orThrow();
            String dump = Arrays.toString(admin.call("DUMP", "tmp:7").asBytes());
            Containment containment = redis.containment(folder, OPTIONS.withExportMaxBytes(1 << 20), clock);
            Action action = apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", ""));
            assertThat(action.effect().removed()).isEqualTo(300);
            admin.call("SET", "tmp:8", "came back by itself").orThrow();
            containment.undo(action.id(), "anna");
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(300);
            assertThat(Arrays.toString(admin.call("DUMP", "tmp:7").asBytes())).isEqualTo(dump);
            assertThat(admin.call("PTTL", "tmp:7").asLong()).isBetween(1L, 600_000L);
            assertThat(admin.call("GET", "tmp:8").asText()).isEqualTo("came back by itself");
        }
    }

    @Test
    void whatIsNotExportedIsNotDeleted() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("DEBUG", "POPULATE", "3000", "tmp", "100").orThrow();
            Containment containment = redis.containment(folder, OPTIONS.withExportMaxBytes(100_000), clock);
            Action action = apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", ""));
            assertThat(action.effect().stopped()).contains("does not fit the export");
            assertThat(action.effect().removed()).isBetween(100L, 1_000L);
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(3_000 - action.effect().removed());
            containment.undo(action.id(), "anna");
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(3_000);
        }
    }

    @Test
    void aListIsTrimmedToItsNewest() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            for (int i = 0; i < 120; i++) {
                String[] words = new String[202];
                Arrays.fill(words, "old");
                words[0] = "LPUSH";
                words[1] = "queue:mail";
                admin.call(words).orThrow();
            }
            admin.call("LPUSH", "queue:mail", "new-1", "new-2").orThrow();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action action = apply(containment, PlanRequest.trimList(KeyRange.key(0, "queue:mail"), 3, true, "anna", ""));
            assertThat(action.effect().removed()).isEqualTo(120 * 200 - 1);
            assertThat(Reply.texts(admin.call("LRANGE", "queue:mail", "0", "-1"))).containsExactly("new-2", "new-1", "old");
            apply(containment, PlanRequest.trimList(KeyRange.key(0, "queue:mail"), 1, false, "anna", ""));
            assertThat(Reply.texts(admin.call("LRANGE", "queue:mail", "0", "-1"))).containsExactly("old");
            assertThatThrownBy(() -> apply(containment, PlanRequest.trimList(KeyRange.key(0, "queue:mail"), 1, false, "anna", "")))
                .hasMessageContaining("nothing to trim");
        }
    }

    @Test
    void oneKeyIsDropped() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("SET", "a", "1").orThrow();
            admin.call("SELECT", "3").orThrow();
            admin.call("MSET", "a", "1", "a ", "2", "a\u00001", "3").orThrow();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            apply(containment, PlanRequest.dropKey(KeyRange.key(3, "a"), "anna", ""));
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(2);
            apply(containment, PlanRequest.dropKey(KeyRange.key(3, "a\u00001"), "anna", ""));
            assertThat(Reply.texts(admin.call("KEYS", "*"))).containsExactly("a ");
            admin.call("SELECT", "0").orThrow();
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(1);
        }
    }

    @Test
    void aPrefixWithGlobCharactersIsTakenLiterally() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("MSET", "a*b[c]?\\^:1", "1", "a*b[c]?\\^:2", "2", "aXbcY\\^:3", "3", "a*b", "4").orThrow();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action action = apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "a*b[c]?\\^:"), "anna", ""));
            assertThat(action.effect().removed()).isEqualTo(2);
            assertThat(admin.call("EXISTS", "aXbcY\\^:3", "a*b").asLong()).isEqualTo(2);
        }
    }

    @Test
    void theLimitIsRaisedAndLoweredWhenThereIsRoom() throws Exception {
        try (FullRedis redis = FullRedis.start(); RespClient admin = redis.connect(); Writer writer = new Writer(redis)) {
            writer.awaitRefusals();
            String before = admin.call("CONFIG", "GET", "maxmemory").asList().get(1).asText();
            Containment containment = redis.containment(folder, OPTIONS.withLimitMaxBytes(100 << 20), clock);
            assertThatThrownBy(() -> containment.plan(PlanRequest.raiseLimit(1L << 40, "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("limit-max");
            Action action = apply(containment, PlanRequest.raiseLimit(100 << 20, "anna", ""));
            assertThat(action.effect().backAfterMillis()).isBetween(1L, 1_000L);
            writer.awaitSuccess();
            clock.turn(Duration.ofMinutes(31));
            containment.tick();
            assertThat(admin.call("CONFIG", "GET", "maxmemory").asList().get(1).asText()).as("still more in use")
                .isEqualTo(Integer.toString(100 << 20));
            apply(containment, PlanRequest.dropPrefix(REPORTS, "anna", ""));
            clock.turn(Duration.ofSeconds(11));
            containment.tick();
            assertThat(admin.call("CONFIG", "GET", "maxmemory").asList().get(1).asText()).isEqualTo(before);
        }
    }

    @Test
    void aClientIsCutOff() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient app = redis.as("app")) {
            long id = app.call("CLIENT", "ID").asLong();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan plan = containment.plan(PlanRequest.killClient(id, "anna", ""), Outlook.UNKNOWN);
            assertThat(plan.blastRadius()).contains("127.0.0.1");
            containment.apply(plan.id(), Approval.by("anna"));
            assertThatThrownBy(() -> app.call("PING")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> containment.plan(PlanRequest.killClient(id, "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("no client");
        }
    }

    @Test
    void sessionsAndWhatIsProtectedAreNotDropped() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("MSET", "app:Session:1", "x", "app:page:1", "y", "pay:1", "z").orThrow();
            ContainOptions options = OPTIONS.withProtection(List.of("pay:"), List.of("sess", "auth", "lock"));
            Containment containment = redis.containment(folder, options, clock);
            for (String prefix : List.of("p", "pay:", "pay:1")) {
                assertThatThrownBy(() -> containment.plan(PlanRequest.dropPrefix(KeyRange.prefix(0, prefix), "anna", ""), Outlook.UNKNOWN))
                    .hasMessageContaining("protected");
            }
            assertThatThrownBy(() -> containment.plan(PlanRequest.dropPrefix(KeyRange.prefix(0, "app:"), "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("app:Session:1");
            assertThatThrownBy(() -> containment.plan(PlanRequest.dropPrefix(KeyRange.prefix(0, ""), "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("every key");
        }
    }

    @Test
    void aPlanEndsWithItsTimeAndWhenTheKeysAreOthers() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("DEBUG", "POPULATE", "100", "tmp", "10").orThrow();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan late = containment.plan(PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", ""), Outlook.UNKNOWN);
            clock.turn(Duration.ofSeconds(121));
            assertThatThrownBy(() -> containment.apply(late.id(), Approval.typed("anna", "tmp:"))).hasMessageContaining("out of date");
            Plan other = containment.plan(PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", ""), Outlook.UNKNOWN);
            admin.call("SET", "tmp:session:1", "x").orThrow();
            assertThatThrownBy(() -> containment.apply(other.id(), Approval.typed("anna", "tmp:"))).hasMessageContaining("tmp:session:1");
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(101);
        }
    }

    @Test
    void theKillSwitchStopsARunBetweenTwoBatches() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("DEBUG", "POPULATE", "5000", "tmp", "10").orThrow();
            Path stop = folder.resolve("STOP");
            ContainOptions options = OPTIONS.withKillSwitch(stop);
            int[] pauses = {0};
            Containment containment = new Containment("prod", redis.nodes(true), options, folder, Clock.system(), millis -> {
                if (++pauses[0] == 3) {
                    touch(stop);
                }
            }, 1, entry -> {
            });
            Action action = apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", ""));
            assertThat(action.effect().stopped()).contains("STOP");
            assertThat(action.effect().removed()).isBetween(1L, 600L);
            assertThat(admin.call("DBSIZE").asLong()).isEqualTo(5_000 - action.effect().removed());
            assertThatThrownBy(() -> apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "tmp:"), "anna", "")))
                .hasMessageContaining("STOP");
        }
    }

    private static void touch(Path file) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Action apply(Containment containment, PlanRequest request) throws Exception {
        Plan plan = containment.plan(request, Outlook.UNKNOWN);
        return containment.apply(plan.id(), Approval.typed("anna", plan.confirmation()));
    }

    /** Somebody else, who writes all the time. Owns its thread and connection. */
    private static final class Writer implements AutoCloseable {
        private final Thread thread;
        private volatile boolean closed;
        private volatile boolean refused;
        private volatile boolean succeeding;
        private volatile String failure = "";

        Writer(FullRedis redis) {
            thread = Thread.ofPlatform().start(() -> {
                try (RespClient client = redis.as("app")) {
                    while (!closed) {
                        boolean fails = client.call("SET", "sess:other", "x").isFailure();
                        refused |= fails;
                        succeeding = !fails;
                        Thread.sleep(1);
                    }
                } catch (IOException | InterruptedException e) {
                    failure = String.valueOf(e);
                }
            });
        }

        void awaitRefusals() throws InterruptedException {
            await(() -> refused, "nothing was refused");
        }

        void awaitSuccess() throws InterruptedException {
            await(() -> succeeding, "writes are refused still");
        }

        private void await(java.util.function.BooleanSupplier condition, String otherwise) throws InterruptedException {
            long end = Clock.system().monotonicNanos() + 60_000_000_000L;
            while (!condition.getAsBoolean()) {
                assertThat(Clock.system().monotonicNanos()).as(otherwise + " " + failure).isLessThan(end);
                Thread.sleep(5);
            }
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }
}
