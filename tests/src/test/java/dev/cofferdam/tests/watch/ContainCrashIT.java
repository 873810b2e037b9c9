// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.Approval;
import dev.cofferdam.watch.contain.Command;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.DialedNodes;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Nodes;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Pause;
import dev.cofferdam.watch.contain.Plan;
import dev.cofferdam.watch.contain.PlanRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watcher is killed (kill -9) between applying and undoing, and in the middle of applying; the next one takes back what is due. */
class ContainCrashIT {
    private static final ContainOptions OPTIONS = ContainOptions.DEFAULTS.withLevel(ContainLevel.APPLY).withExemptUsers(Set.of("default"));

    @TempDir Path folder;

    private final TurnedClock clock = new TurnedClock();

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "redis-server is not installed");
    }

    @Test
    void whatIsInForceIsTakenBackByTheNextWatcherInTime() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            String before = redis.users(admin);
            killed(redis, "between");
            String during = redis.users(admin);
            assertThat(during).contains("[^c]*");
            Containment next = redis.containment(folder, OPTIONS, clock);
            next.tick();
            assertThat(redis.users(admin)).as("its time is not over").isEqualTo(during);
            clock.turn(Duration.ofMinutes(31));
            next.tick();
            assertThat(redis.users(admin)).isEqualTo(before);
            assertThat(next.actions()).extracting(Action::state).containsExactly(Action.State.UNDONE);
            assertThat(next.trouble()).isEmpty();
        }
    }

    @Test
    void whatIsHalfDoneIsTakenBackAtOnce() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            String before = redis.users(admin);
            killed(redis, "half");
            assertThat(redis.users(admin)).contains("[^c]*").contains("user jobs on #").contains("~queue:* ~cache:*");
            Containment next = redis.containment(folder, OPTIONS, clock);
            next.tick();
            assertThat(redis.users(admin)).isEqualTo(before);
            assertThat(next.actions()).extracting(Action::state).containsExactly(Action.State.UNDONE);
        }
    }

    @Test
    void aTargetThatIsAwayIsTriedAgain() throws Exception {
        try (FullRedis redis = FullRedis.empty(); RespClient admin = redis.connect()) {
            String before = redis.users(admin);
            Away nodes = new Away(redis.nodes(true));
            Containment containment = new Containment("prod", nodes, OPTIONS, folder, clock, Pause.real(), 1, entry -> {
            });
            Plan plan = containment.plan(PlanRequest.readOnly(KeyRange.prefix(0, "cache:report:"), "anna", ""), Outlook.UNKNOWN);
            containment.apply(plan.id(), Approval.by("anna"));
            nodes.away = true;
            clock.turn(Duration.ofMinutes(31));
            containment.tick();
            assertThat(containment.actions().getFirst().state()).isEqualTo(Action.State.IN_FORCE);
            assertThat(containment.actions().getFirst().notes().getLast()).contains("could not be taken back");
            nodes.away = false;
            containment.tick();
            assertThat(redis.users(admin)).as("tried again after ten seconds").isNotEqualTo(before);
            clock.turn(Duration.ofSeconds(11));
            containment.tick();
            assertThat(redis.users(admin)).isEqualTo(before);
        }
    }

    private void killed(FullRedis redis, String where) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), Watcher.class.getName(), Integer.toString(redis.port()), folder.toString(),
                where)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("now");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The process that is killed: says "now" and waits for its end. */
    static final class Watcher {
        private Watcher() {
        }

        public static void main(String[] arguments) throws Exception {
            DialedNodes real = FullRedis.nodes(Integer.parseInt(arguments[0]), "watch", "ops");
            Nodes nodes = arguments[2].equals("half") ? new HoldsAtSecond(real) : real;
            Containment containment = new Containment("prod", nodes, OPTIONS, Path.of(arguments[1]), new TurnedClock(), Pause.real(), 7,
                    entry -> {
                    });
            Plan plan = containment.plan(PlanRequest.readOnly(KeyRange.prefix(0, "cache:report:"), "anna", ""), Outlook.UNKNOWN);
            containment.apply(plan.id(), Approval.by("anna"));
            hold();
        }

        static void hold() {
            System.out.println("now");
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** Lets one change of a user through and stops the process's work before the second. */
    private static final class HoldsAtSecond implements Nodes {
        private final Nodes real;
        private int changes;

        HoldsAtSecond(Nodes real) {
            this.real = real;
        }

        @Override
        public List<String> names() throws IOException {
            return real.names();
        }

        @Override
        public boolean mayAct() {
            return real.mayAct();
        }

        @Override
        public Session open(String node, boolean acting) throws IOException {
            Session session = real.open(node, acting);
            return new Session() {
                @Override
                public List<Reply> ask(List<Command> commands) throws IOException {
                    if (commands.getFirst().text().startsWith("ACL SETUSER") && ++changes == 2) {
                        Watcher.hold();
                    }
                    return session.ask(commands);
                }

                @Override
                public void close() {
                    session.close();
                }
            };
        }
    }

    /** A target that can be out of reach. */
    private static final class Away implements Nodes {
        private final Nodes real;
        private boolean away;

        Away(Nodes real) {
            this.real = real;
        }

        @Override
        public List<String> names() throws IOException {
            return real.names();
        }

        @Override
        public boolean mayAct() {
            return true;
        }

        @Override
        public Session open(String node, boolean acting) throws IOException {
            if (away) {
                throw new IOException("connection refused");
            }
            return real.open(node, acting);
        }
    }
}
