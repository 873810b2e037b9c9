// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void countsOfASpanAreDifferences() {
        Outcome outcome = new Told("x").normal(10).failing(2, Operation.LOGIN).normal(3).unfinished();
        assertThat(outcome.between(9, 12).failed(Operation.LOGIN)).isEqualTo(12);
        assertThat(outcome.between(9, 12).ok(Operation.LOGIN)).isEqualTo(10 + 8);
        assertThat(outcome.between(0, 1).ok(Operation.LOGIN)).isEqualTo(10);
        assertThat(outcome.lastSecond().ok(Role.SESSIONS)).isEqualTo(20);
    }

    @Test
    void aSpanThatHasNotComeYetCountsNothing() {
        Outcome outcome = new Told("x").normal(5).unfinished();
        assertThat(outcome.between(4, 44).ok(Operation.LOGIN)).isEqualTo(10);
        assertThat(new Told("x").unfinished().now()).isEqualTo(Tick.START);
        assertThat(new Told("x").unfinished().normalLoads()).isNaN();
    }

    @Test
    void theDatabasesLoadIsComparedWithThatBeforeTheFault() {
        Outcome outcome = new Told("x").normal(12).failing(10, Operation.WRITE).normal(22).unfinished();
        assertThat(outcome.normalLoads()).isEqualTo(10);
        assertThat(outcome.loadFactor(12, 22)).isEqualTo(5);
        assertThat(outcome.loadFactor(12, 32)).isEqualTo(3);
    }

    @Test
    void aRoleIsDownWhenHalfOfOneOperationFails() {
        Outcome outcome = new Told("x").normal(1).failing(1, Operation.SUBMIT).unfinished();
        assertThat(outcome.isDown(Role.JOBS, 0)).isFalse();
        assertThat(outcome.isDown(Role.JOBS, 1)).isTrue();
        assertThat(outcome.isDown(Role.SESSIONS, 1)).isFalse();
        assertThat(outcome.allDown()).isEmpty();
    }

    @Test
    void pagesThatWereNotServedAreFailuresToo() {
        assertThat(new Told("x").normal(8).failedPages(4).normal(2).unfinished().failedOutside(Role.SESSIONS)).isEqualTo(4);
    }
}
