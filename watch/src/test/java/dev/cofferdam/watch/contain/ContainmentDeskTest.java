// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.watch.console.ContainmentDesk;
import dev.cofferdam.watch.console.ContainmentDesk.Contained;
import dev.cofferdam.watch.console.ManualClock;
import dev.cofferdam.watch.console.PlanDesk;
import dev.cofferdam.watch.console.rehearsal.Rehearsal;
import dev.cofferdam.watch.web.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console offers is what fits the culprit, and what it does is containment's own. */
class ContainmentDeskTest {
    @TempDir private Path folder;

    private final PlayedServer server = new PlayedServer();
    private final ManualClock clock = new ManualClock();
    private final Rehearsal rehearsal = new Rehearsal(clock.wallMillis());

    private ContainmentDesk desk(ContainLevel level, long limitMaxBytes) throws Exception {
        Containment containment = new Containment(Rehearsal.SHARED, server, ContainOptions.DEFAULTS.withLevel(level), folder, clock,
                clock::advance, 1, line -> {
                });
        return new ContainmentDesk(Map.of(Rehearsal.SHARED, new Contained(containment, limitMaxBytes)), rehearsal, clock);
    }

    @Test
    void onlyWhatFitsTheCulpritIsOffered() throws Exception {
        ContainmentDesk desk = desk(ContainLevel.APPLY, 16L << 30);
        rehearsal.stepTo(0);
        assertThat(desk.choices(Rehearsal.SHARED)).isEmpty();
        rehearsal.stepTo(40);
        assertThat(desk.choices(Rehearsal.SHARED)).extracting(PlanDesk.Choice::title).containsExactly("Make cache:report:* read-only",
                "Raise the limit to 8.8 GB", "Drop the keys of cache:report:*");
        assertThat(desk.choices(Rehearsal.SHARED)).extracting(PlanDesk.Choice::destroys).containsExactly(false, false, true);
        assertThat(desk.choices(Rehearsal.ORDERS)).isEmpty();
        assertThatThrownBy(() -> desk.propose(Rehearsal.ORDERS, "read-only", Map.of(), "Anna")).isInstanceOf(Problem.class)
            .hasMessageContaining("off for orders");
        assertThatThrownBy(() -> desk.propose(Rehearsal.SHARED, "drop-key", Map.of(), "Anna")).hasMessageContaining("does not fit");
        assertThat(desk(ContainLevel.OBSERVE, 0).choices(Rehearsal.SHARED)).isEmpty();
    }

    @Test
    void aPlanIsWorkedOutAppliedAndTakenBack() throws Exception {
        ContainmentDesk desk = desk(ContainLevel.APPLY, 0);
        rehearsal.stepTo(40);
        PlanDesk.Plan plan = desk.propose(Rehearsal.SHARED, "read-only", Map.of(), "Ben");
        assertThat(plan.state()).isEqualTo("proposed");
        assertThat(plan.commands()).hasSize(1).first().asString().startsWith("node:1: ACL SETUSER app resetkeys %R~*");
        assertThat(plan.undo()).containsExactly("node:1: ACL SETUSER app resetkeys ~*");
        assertThat(plan.preview()).anySatisfy(line -> assertThat(line).contains("app can no longer write"));
        assertThat(server.changes).as("nothing has been done").isEmpty();
        PlanDesk.Plan applied = desk.apply(plan.id(), "Anna", "");
        assertThat(applied.state()).isEqualTo("applied");
        assertThat(applied.undoable()).isTrue();
        assertThat(desk.plans(Rehearsal.SHARED)).extracting(PlanDesk.Plan::id).containsExactly(plan.id());
        assertThat(desk.audit(10)).extracting(PlanDesk.Deed::author).containsExactly("Anna");
        assertThat(desk.undo(plan.id(), "Anna").state()).isEqualTo("undone");
        assertThat(server.changes).hasSize(2).last().asString().isEqualTo("ACL SETUSER app resetkeys ~*");
        assertThatThrownBy(() -> desk.apply(plan.id(), "Anna", "")).isInstanceOf(Problem.class);
    }

    @Test
    void whoMayOnlyProposeIsRefusedInContainmentsWords() throws Exception {
        ContainmentDesk desk = desk(ContainLevel.PROPOSE, 0);
        rehearsal.stepTo(40);
        String id = desk.propose(Rehearsal.SHARED, "read-only", Map.of(), "Ben").id();
        assertThatThrownBy(() -> desk.apply(id, "Anna", "")).isInstanceOf(Problem.class).hasMessageContaining("contain.level is propose");
        assertThat(desk.approve(id, "Cleo").approvals()).isEqualTo(List.of("Cleo"));
        assertThat(server.changes).isEmpty();
    }
}
