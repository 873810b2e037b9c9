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
import dev.cofferdam.watch.contain.DialedNodes;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Plan;
import dev.cofferdam.watch.contain.PlanRequest;
import dev.cofferdam.watch.contain.RefusedException;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.probe.TargetAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of users' rules on a stock redis-server that is full: what they forbid, what they leave, and that undoing leaves no trace. */
class ContainRulesIT {
    /** {@code default} is everybody's; here nobody uses it but the test. */
    private static final ContainOptions OPTIONS = ContainOptions.DEFAULTS.withLevel(ContainLevel.APPLY).withExemptUsers(Set.of("default"));
    private static final KeyRange REPORTS = KeyRange.prefix(0, "cache:report:");

    @TempDir Path folder;

    private final TurnedClock clock = new TurnedClock();

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "redis-server is not installed");
    }

    @Test
    void aPrefixIsMadeReadOnlyAndGivenBack() throws Exception {
        try (FullRedis redis = FullRedis.empty();
                RespClient admin = redis.connect();
                RespClient app = redis.as("app");
                RespClient jobs = redis.as("jobs")) {
            app.call("MSET", "cache:report:1", "a", "cache:page:1", "b", "queue:mail", "c").orThrow();
            String before = redis.users(admin);
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan plan = containment.plan(PlanRequest.readOnly(REPORTS, "anna", "it fills us"), new Outlook(9.4e6, 0.92));
            assertThat(redis.users(admin)).isEqualTo(before);
            assertThat(plan.rules()).extracting("user").containsExactly("app", "jobs");
            assertThat(plan.blastRadius()).contains("app, jobs", "cache:report:");

            Action action = containment.apply(plan.id(), Approval.by("anna"));

            assertThat(action.state()).isEqualTo(Action.State.IN_FORCE);
            for (RespClient client : List.of(app, jobs)) {
                assertThat(code(client.call("SET", "cache:report:2", "x"))).isEqualTo("NOPERM");
                assertThat(code(client.call("DEL", "cache:report:1"))).isEqualTo("NOPERM");
                assertThat(code(client.call("MSET", "cache:page:1", "x", "cache:report:1", "x"))).isEqualTo("NOPERM");
                assertThat(code(client.call("EVAL", "return redis.call('set', KEYS[1], 'x')", "1", "cache:report:1"))).isEqualTo("NOPERM");
                assertThat(client.call("GET", "cache:report:1").asText()).isEqualTo("a");
                assertThat(client.call("SET", "cache:repor", "x").isFailure()).isFalse();
                assertThat(client.call("SET", "cache:report", "x").isFailure()).isFalse();
                assertThat(client.call("SET", "cache:page:2", "x").isFailure()).isFalse();
                assertThat(client.call("SET", "queue:x", "x").isFailure()).isFalse();
            }
            assertThat(app.call("SET", "", "the empty key").isFailure()).isFalse();
            assertThat(code(jobs.call("SET", "sess:1", "x"))).isEqualTo("NOPERM");
            assertThat(admin.call("SET", "cache:report:9", "an exempt user").isFailure()).isFalse();

            containment.undo(action.id(), "anna");

            assertThat(redis.users(admin)).isEqualTo(before);
            assertThat(app.call("SET", "cache:report:2", "x").isFailure()).isFalse();
            assertThat(containment.verifyAudit()).contains("all of one chain");
        }
    }

    @Test
    void aQueueIsOnlyDrained() throws Exception {
        try (FullRedis redis = FullRedis.empty();
                RespClient admin = redis.connect();
                RespClient app = redis.as("app");
                RespClient jobs = redis.as("jobs")) {
            app.call("RPUSH", "queue:mail", "1", "2", "3", "4", "5", "6", "7", "8", "9").orThrow();
            app.call("ZADD", "queue:late", "1", "a", "2", "b").orThrow();
            app.call("XADD", "queue:stream", "1-1", "a", "b").orThrow();
            String before = redis.users(admin);
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action mail = drain(containment, KeyRange.key(0, "queue:mail"));
            for (RespClient client : List.of(app, jobs)) {
                assertThat(code(client.call("LPUSH", "queue:mail", "x"))).isEqualTo("NOPERM");
                assertThat(code(client.call("RPUSH", "queue:mail", "x"))).isEqualTo("NOPERM");
                assertThat(code(client.call("SET", "queue:mail", "x"))).isEqualTo("NOPERM");
                assertThat(client.call("LPUSH", "queue:mail2", "another one").isFailure()).isFalse();
                assertThat(client.call("LPUSH", "queue:mai", "another one").isFailure()).isFalse();
                for (String[] taking : new String[][] {{"LPOP", "queue:mail"}, {"RPOP", "queue:mail"}, {"BLPOP", "queue:mail", "1"},
                    {"LMOVE", "queue:mail", "queue:mail:processing", "LEFT", "RIGHT"}, {"LTRIM", "queue:mail", "0", "100"},
                    {"LREM", "queue:mail", "1", "nobody"}, {"LRANGE", "queue:mail", "0", "-1"}, {"LLEN", "queue:mail"}}) {
                    assertThat(client.call(taking).isFailure()).as("%s", (Object) taking).isFalse();
                }
            }
            containment.undo(mail.id(), "anna");
            assertThat(redis.users(admin)).isEqualTo(before);

            Action late = drain(containment, KeyRange.key(0, "queue:late"));
            assertThat(code(app.call("ZADD", "queue:late", "1", "x"))).isEqualTo("NOPERM");
            assertThat(app.call("ZPOPMIN", "queue:late").isFailure()).isFalse();
            containment.undo(late.id(), "anna");

            Action stream = drain(containment, KeyRange.key(0, "queue:stream"));
            assertThat(code(app.call("XADD", "queue:stream", "*", "a", "b"))).isEqualTo("NOPERM");
            assertThat(app.call("XDEL", "queue:stream", "1-1").isFailure()).isFalse();
            assertThat(app.call("XTRIM", "queue:stream", "MAXLEN", "0").isFailure()).isFalse();
            assertThat(app.call("UNLINK", "queue:stream").isFailure()).isFalse();
            containment.undo(stream.id(), "anna");
            assertThat(redis.users(admin)).isEqualTo(before);
        }
    }

    @Test
    void drainingGivesNobodyACommandHeHadNot() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            admin.call("ACL", "SETUSER", "producer", "on", ">producer", "~queue:*", "-@all", "+lpush", "+llen").orThrow();
            Containment containment = redis.containment(folder, OPTIONS, clock);
            admin.call("RPUSH", "queue:mail", "1", "2").orThrow();
            drain(containment, KeyRange.key(0, "queue:mail"));
            try (RespClient producer = redis.as("producer")) {
                assertThat(code(producer.call("LPUSH", "queue:mail", "x"))).isEqualTo("NOPERM");
                assertThat(code(producer.call("LPOP", "queue:mail"))).isEqualTo("NOPERM");
                assertThat(producer.call("LLEN", "queue:mail").asLong()).isEqualTo(2);
            }
        }
    }

    @Test
    void aUserIsShutOutAndLetInAgain() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect(); RespClient app = redis.as("app")) {
            app.call("PING").orThrow();
            String before = redis.users(admin);
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan plan = containment.plan(PlanRequest.disableUser("app", "anna", ""), Outlook.UNKNOWN);
            Action action = containment.apply(plan.id(), Approval.by("anna"));
            assertThatThrownBy(() -> app.call("PING")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> redis.as("app")).hasMessageContaining("WRONGPASS");
            containment.undo(action.id(), "anna");
            assertThat(redis.users(admin)).isEqualTo(before);
            redis.as("app").close();
        }
    }

    @Test
    void itIsTakenBackWhenItsTimeIsOverButNotBefore() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            String before = redis.users(admin);
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action action = apply(containment, PlanRequest.readOnly(REPORTS, "anna", ""));
            clock.turn(Duration.ofMinutes(29));
            containment.tick();
            assertThat(redis.users(admin)).isNotEqualTo(before);
            containment.renew(action.id(), "anna");
            clock.turn(Duration.ofMinutes(29));
            containment.tick();
            assertThat(redis.users(admin)).isNotEqualTo(before);
            clock.turn(Duration.ofMinutes(2));
            containment.tick();
            assertThat(redis.users(admin)).isEqualTo(before);
            assertThat(containment.actions().getLast().state()).isEqualTo(Action.State.UNDONE);
        }
    }

    @Test
    void twoOnOneUserAreTakenBackInReverse() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            String before = redis.users(admin);
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action first = apply(containment, PlanRequest.readOnly(REPORTS, "anna", ""));
            String between = redis.users(admin);
            clock.turn(Duration.ofSeconds(1));
            assertThatThrownBy(() -> apply(containment, PlanRequest.readOnly(KeyRange.prefix(0, "tmp:"), "anna", "")))
                .hasMessageContaining("is bound by action " + first.id());
            Action second = apply(containment, PlanRequest.disableUser("app", "anna", ""));
            assertThatThrownBy(() -> containment.undo(first.id(), "anna")).hasMessageContaining("take back " + second.id() + " first");
            containment.undo(second.id(), "anna");
            assertThat(redis.users(admin)).isEqualTo(between);
            containment.undo(first.id(), "anna");
            assertThat(redis.users(admin)).isEqualTo(before);
        }
    }

    @Test
    void whatSomebodyChangesMeanwhileStays() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Action action = apply(containment, PlanRequest.readOnly(REPORTS, "anna", ""));
            admin.call("ACL", "SETUSER", "app", ">rotated").orThrow();
            admin.call("ACL", "SETUSER", "jobs", "resetkeys", "~else:*").orThrow();
            Action undone = containment.undo(action.id(), "anna");
            assertThat(String.join("\n", undone.notes())).contains("somebody changed something else").contains("is left as it is");
            assertThat(redis.users(admin)).contains("user jobs on #").contains("~else:*").doesNotContain("[^c]");
            admin.call("ACL", "SETUSER", "app", "<rotated").orThrow();
        }
    }

    @Test
    void aPlanIsNotAppliedToAUserWhoChangedSince() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            Containment containment = redis.containment(folder, OPTIONS, clock);
            Plan plan = containment.plan(PlanRequest.readOnly(REPORTS, "anna", ""), Outlook.UNKNOWN);
            admin.call("ACL", "SETUSER", "jobs", "+flushdb").orThrow();
            String before = redis.users(admin);
            assertThatThrownBy(() -> containment.apply(plan.id(), Approval.by("anna"))).hasMessageContaining("changed since the plan");
            assertThat(redis.users(admin)).isEqualTo(before);
        }
    }

    @Test
    void usersThatAreNotUnderstoodAreRefused() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            Containment containment = redis.containment(folder, OPTIONS, clock);
            admin.call("ACL", "SETUSER", "app", "(~tmp:* +get)").orThrow();
            assertRefused(containment, "selectors");
            admin.call("ACL", "SETUSER", "app", "clearselectors", "resetkeys", "~ca*:report:*").orThrow();
            assertRefused(containment, "ca*:report:*");
            // Cannot match whatever comes after: it is left alone.
            admin.call("ACL", "SETUSER", "app", "resetkeys", "~page[12]*").orThrow();
            assertThat(containment.plan(PlanRequest.readOnly(REPORTS, "anna", ""), Outlook.UNKNOWN).rules()).extracting("user")
                .containsExactly("jobs");
            assertThatThrownBy(() -> containment.plan(PlanRequest.readOnly(KeyRange.prefix(0, "nobody:"), "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("nothing to change");
        }
    }

    @Test
    void theOnlyUserIsNotLockedOut() throws Exception {
        try (WatchedRedis redis = WatchedRedis.start()) {
            Containment containment = new Containment("prod", plain(redis.port()), OPTIONS, folder, clock, millis -> {
            }, 1, entry -> {
            });
            assertThatThrownBy(() -> containment.plan(PlanRequest.readOnly(REPORTS, "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("'default'").hasMessageContaining("is the only one")
                .hasMessageContaining("ACL SETUSER cofferdam-ops");
        }
    }

    @Test
    void planningSendsNothingThatWrites() throws Exception {
        try (FullRedis redis = FullRedis.start(); RespClient admin = redis.connect()) {
            Map<String, Long> before = FullRedis.writes(admin);
            Containment observing = redis.containment(folder.resolve("o"), OPTIONS.withLevel(ContainLevel.OBSERVE), clock);
            assertThatThrownBy(() -> observing.plan(PlanRequest.readOnly(REPORTS, "anna", ""), Outlook.UNKNOWN))
                .hasMessageContaining("only observes");
            observing.tick();
            Containment proposing = redis.containment(folder.resolve("p"),
                    OPTIONS.withLevel(ContainLevel.PROPOSE).withLimitMaxBytes(1L << 30), clock);
            for (PlanRequest request : List.of(PlanRequest.readOnly(REPORTS, "anna", ""), PlanRequest.drainOnly(REPORTS, "anna", ""),
                    PlanRequest.dropPrefix(REPORTS, "anna", ""), PlanRequest.dropKey(KeyRange.key(0, "queue:mail"), "anna", ""),
                    PlanRequest.trimList(KeyRange.key(0, "queue:mail"), 1, true, "anna", ""), PlanRequest.disableUser("app", "anna", ""),
                    PlanRequest.raiseLimit(200 << 20, "anna", ""))) {
                Plan plan = proposing.plan(request, Outlook.UNKNOWN);
                assertThatThrownBy(() -> proposing.apply(plan.id(), Approval.typed("anna", plan.confirmation())))
                    .hasMessageContaining("propose");
            }
            proposing.tick();
            assertThat(FullRedis.writes(admin)).isEqualTo(before);
        }
    }

    private static DialedNodes plain(int port) {
        TargetAddress address = TargetAddress.parse("redis://127.0.0.1:" + port);
        RespDialer dialer = new RespDialer(address, null, false, Clock.system());
        return new DialedNodes(address, dialer, dialer);
    }

    private static void assertRefused(Containment containment, String reason) {
        assertThatThrownBy(() -> containment.plan(PlanRequest.readOnly(REPORTS, "anna", ""), Outlook.UNKNOWN))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining(reason);
    }

    private static Action drain(Containment containment, KeyRange range) throws Exception {
        return apply(containment, PlanRequest.drainOnly(range, "anna", ""));
    }

    private static Action apply(Containment containment, PlanRequest request) throws Exception {
        return containment.apply(containment.plan(request, Outlook.UNKNOWN).id(), Approval.by("anna"));
    }

    private static String code(Reply reply) {
        return reply instanceof Reply.Failure failure ? failure.code() : "no failure: " + reply;
    }
}
