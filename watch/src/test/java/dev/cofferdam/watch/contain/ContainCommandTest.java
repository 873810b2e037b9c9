// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.incident.TimelineEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of containment by command line, on a server that is played. */
class ContainCommandTest {
    private static final ContainOptions OPTIONS = ContainOptions.DEFAULTS.withLevel(ContainLevel.APPLY);

    @TempDir Path folder;

    private final PlayedServer server = new PlayedServer();
    private final SetClock clock = new SetClock();
    private final List<TimelineEntry> timeline = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Containment containment;

    @BeforeEach
    void start() throws Exception {
        containment = new Containment("prod", server, OPTIONS, folder, clock, millis -> clock.turn(Duration.ofMillis(millis)), 1,
                timeline::add);
    }

    @Test
    void planApplyUndo() throws Exception {
        assertThat(run("plan", "read-only", "--prefix", "cache:report:", "--why", "fills us")).isZero();
        assertThat(out.toString()).contains("read-only cache:report: on prod, good for 2 min", "ACL SETUSER app resetkeys %R~* ~",
                "undo on node:1: ACL SETUSER app resetkeys ~*",
                "app can no longer write cache:report:");
        String id = containment.plans().getFirst().id();
        assertThat(run("apply", id)).isZero();
        assertThat(server.changes).hasSize(1).first().asString().startsWith("ACL SETUSER app resetkeys %R~* ~");
        assertThat(run("actions")).isZero();
        assertThat(out.toString()).contains(id + " in force: read-only cache:report:, by anna", "undo " + id);
        assertThat(run("undo", id)).isZero();
        assertThat(server.changes).last().asString().isEqualTo("ACL SETUSER app resetkeys ~*");
        assertThat(run("undo", id)).isEqualTo(ContainCommand.REFUSED);
        assertThat(err.toString()).contains("Refused: read-only cache:report: was taken back already");
        assertThat(run("audit")).isZero();
        assertThat(out.toString()).contains("4 lines, all of one chain");
        assertThat(timeline).extracting(TimelineEntry::kind).containsExactly(TimelineEntry.Kind.PLAN, TimelineEntry.Kind.ACTION,
                TimelineEntry.Kind.ACTION);
        assertThat(Files.readString(folder.resolve("audit.jsonl"))).contains("\"why\":\"fills us\"", "\"who\":\"anna\"")
            .doesNotContain("#secret");
        assertThat(Files.readString(folder.resolve("actions/" + id + ".json"))).doesNotContain("#secret");
    }

    @Test
    void whatIsNotUnderstoodSaysHow() throws Exception {
        for (String[] wrong : new String[][] {{}, {"plan"}, {"plan", "destroy"}, {"plan", "read-only"}, {"plan", "read-only", "--prefix"},
            {"plan", "read-only", "--prefix", "a", "--key", "b"}, {"plan", "trim-list", "--key", "a", "--keep", "x", "--newest", "head"},
            {"plan", "trim-list", "--key", "a", "--keep", "1", "--newest", "up"}, {"plan", "raise-limit", "--to", "much"}, {"apply"},
            {"plans", "x"},
            {"dance", "x"}}) {
            assertThat(run(wrong)).as("%s", (Object) wrong).isEqualTo(ContainCommand.MISUSED);
        }
        assertThat(err.toString()).contains("plan drop-prefix --prefix P");
        assertThat(run("apply", "../../x")).isEqualTo(ContainCommand.REFUSED);
        assertThat(server.changes).isEmpty();
    }

    @Test
    void whatIsInForceGoesBackByItselfOnlyOnce() throws Exception {
        run("plan", "disable-user", "--user", "app");
        run("apply", containment.plans().getFirst().id());
        clock.turn(Duration.ofMinutes(31));
        containment.tick();
        containment.tick();
        assertThat(server.changes).containsExactly("ACL SETUSER app off", "CLIENT KILL USER app", "ACL SETUSER app on");
        assertThat(timeline.getLast().author()).isEqualTo("watch");
    }

    @Test
    void aClockThatIsSetBackEndsPlansAndKeepsActions() throws Exception {
        run("plan", "disable-user", "--user", "app");
        run("plan", "read-only", "--prefix", "x:");
        List<Plan> plans = containment.plans();
        assertThat(run("apply",
                plans.stream().filter(plan -> plan.request().kind() == ActionKind.DISABLE_USER).findFirst().orElseThrow().id()))
            .isZero();
        clock.turn(Duration.ofHours(-5));
        containment.tick();
        assertThat(server.changes).hasSize(2);
        assertThat(
                run("apply", plans.stream().filter(plan -> plan.request().kind() == ActionKind.READ_ONLY).findFirst().orElseThrow().id()))
            .isEqualTo(ContainCommand.REFUSED);
        assertThat(err.toString()).contains("out of date");
    }

    @Test
    void withoutACredentialToActTheCommandsAreShownOnly() throws Exception {
        server.mayAct = false;
        assertThat(run("plan", "read-only", "--prefix", "x:")).isZero();
        assertThat(out.toString()).contains("there is no credential to act with yet");
        assertThat(run("apply", containment.plans().getFirst().id())).isEqualTo(ContainCommand.REFUSED);
        assertThat(err.toString()).contains("contain.credential-file");
        assertThat(server.changes).isEmpty();
    }

    @Test
    void aChangedRecordIsSaidAndStopsWhatHappensByItself() throws Exception {
        run("plan", "read-only", "--prefix", "x:");
        Path audit = folder.resolve("audit.jsonl");
        Files.writeString(audit, Files.readString(audit).replace("anna", "otto"));
        Containment next = new Containment("prod", server,
                OPTIONS.withLevel(ContainLevel.AUTO).withAutomatic(List.of(new ContainOptions.Automatic(ActionKind.READ_ONLY, "x:")), 3),
                folder, clock, millis -> {
                }, 1, timeline::add);
        assertThat(next.trouble()).contains("line 1");
        assertThatThrownBy(() -> next.automatic(PlanRequest.readOnly(KeyRange.prefix(0, "x:"), "watch", ""), Outlook.UNKNOWN))
            .hasMessageContaining("line 1");
    }

    @Test
    void byItselfOnlyWhatIsAllowedAndNotTooOften() throws Exception {
        Containment auto = new Containment("prod", server,
                OPTIONS.withLevel(ContainLevel.AUTO).withAutomatic(List.of(new ContainOptions.Automatic(ActionKind.READ_ONLY, "x:")), 2),
                folder, clock, millis -> {
                }, 1, timeline::add);
        PlanRequest allowed = PlanRequest.readOnly(KeyRange.prefix(0, "x:"), "watch", "");
        assertThatThrownBy(() -> auto.automatic(PlanRequest.readOnly(KeyRange.prefix(0, "x"), "watch", ""), Outlook.UNKNOWN))
            .hasMessageContaining("not on the list");
        assertThatThrownBy(() -> auto.automatic(PlanRequest.dropPrefix(KeyRange.prefix(0, "x:"), "watch", ""), Outlook.UNKNOWN))
            .hasMessageContaining("not on the list");
        for (int i = 0; i < 2; i++) {
            auto.undo(auto.automatic(allowed, Outlook.UNKNOWN).id(), "anna");
        }
        assertThatThrownBy(() -> auto.automatic(allowed, Outlook.UNKNOWN)).hasMessageContaining("2 actions happened by themselves");
        clock.turn(Duration.ofHours(25));
        assertThat(auto.automatic(allowed, Outlook.UNKNOWN).state()).isEqualTo(Action.State.IN_FORCE);
    }

    @Test
    void aKeyThatIsShownIsFoundAgain() throws Exception {
        assertThat(KeyRange.shownKey(0, "queue:a\\x00b\"c\\\\d").bytes()).isEqualTo("queue:a\u0000b\"c\\d");
        assertThat(KeyRange.shownKey(0, "queue:ü").bytes()).isEqualTo("queue:\u00c3\u00bc");
        assertThatThrownBy(() -> KeyRange.shownKey(0, "a name that was cut…")).isInstanceOf(RefusedException.class);
    }

    @Test
    void wordsAndSizes() {
        assertThat(ContainCommand.bytes("a b")).isEqualTo("a b");
        assertThat(ContainCommand.bytes("ü")).isEqualTo("\u00c3\u00bc");
        assertThat(ContainCommand.bytes("\"a\\x00\\xff\\\"\\n\"")).isEqualTo("a\u0000\u00ff\"\n");
        assertThat(Command.quote("a\u0000\u00ff\"b")).isEqualTo("\"a\\x00\\xff\\\"b\"");
        assertThat(ContainCommand.size("2gb")).isEqualTo(2L << 30);
        assertThat(ContainCommand.size("1500m")).isEqualTo(1_500_000_000);
        assertThatThrownBy(() -> ContainCommand.size("-1")).isInstanceOf(IllegalArgumentException.class);
    }

    private int run(String... arguments) throws InterruptedException {
        return new ContainCommand(containment, "anna").run(List.of(arguments), new PrintWriter(out), new PrintWriter(err));
    }

    /** Stands until it is turned. */
    static final class SetClock implements Clock {
        private long millis = 1_795_448_700_000L;

        void turn(Duration time) {
            millis += time.toMillis();
        }

        @Override
        public long wallMillis() {
            return millis;
        }

        @Override
        public long monotonicNanos() {
            return millis * 1_000_000;
        }
    }
}
