// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every sentence from what was counted, for whoever it is: Cofferdam gets no kinder words. */
class VerdictTest {
    @Test
    void anAfternoonOnWhichNothingHappened() {
        Outcome quiet = new Told("Cofferdam").normal(44).finished(440, 0, 0);
        assertThat(Verdict.of(quiet)).containsExactly(
                "Its memory as a whole was never full: 25 % at most.",
                "From 15:49 to 15:53 everybody who tried could log in, all 40.",
                "No request of a person who was logged in failed, and nobody's session was lost.",
                "No job was refused. Of 440 accepted jobs none was lost.",
                "The database got 1.0x its normal load from 15:49 to 16:09.");
        assertThat(Verdict.stayedInside(quiet, Fault.SESSION_LEAK))
            .isEqualTo("On Cofferdam nothing failed outside of sessions, and in sessions nothing failed either.");
        assertThat(Verdict.stayedInside(quiet, Fault.SLOW_READER)).isEqualTo("On Cofferdam nothing failed.");
    }

    @Test
    void anAfternoonOnWhichAllThreeFailed() {
        Outcome bad = new Told("stock").normal(12)
            .failing(20, Operation.LOGIN, Operation.REQUEST, Operation.SUBMIT, Operation.WRITE).failedPages(9).loggedOut(3).normal(12)
            .finished(300, 5, 2);
        assertThat(Verdict.of(bad)).containsExactly(
                "Its memory was full at 15:49.",
                "From 15:49 to 15:53 24 of 40 people who tried could not log in.",
                "120 of 360 requests of people who were logged in failed, and 5 people were logged out without their doing.",
                "120 of 360 jobs were refused when they were handed in. "
                        + "5 of 300 accepted jobs are lost: neither done nor in the queue, and no error was ever seen.",
                "The database got 5.0x its normal load from 15:49 to 16:09, as 33 % of the writes to the cache failed; "
                        + "9 pages were not served, as it could not keep up.",
                "Sessions, jobs and cache were down together for 20 seconds of the run, between 15:49 and 16:09.");
        assertThat(Verdict.stayedInside(bad, Fault.SESSION_LEAK))
            .isEqualTo("On stock the fault got through: 249 operations failed outside of sessions: "
                    + "120 submissions of jobs (OOM, timeout), 120 cache writes (no reason known), 9 pages that needed the database.");
    }

    @Test
    void refusalsInTheRoleAtFaultAreSaidButDoNotCountAsGettingThrough() {
        Outcome backlog = new Told("Cofferdam").normal(12).failing(20, Operation.SUBMIT).normal(12).finished(300, 0, 0);
        assertThat(Verdict.stayedInside(backlog, Fault.JOBS_BACKLOG))
            .isEqualTo("On Cofferdam nothing failed outside of jobs; in jobs 120 of 720 operations were refused.");
        assertThat(Verdict.stayedInside(backlog, Fault.CACHE_FLOOD))
            .startsWith("On Cofferdam the fault got through: 120 operations failed outside of cache");
        assertThat(Verdict.of(backlog)).noneMatch(sentence -> sentence.contains("down together"));
    }

    @Test
    void whatWasLostWithoutAnErrorCountsToo() {
        Outcome evicted = new Told("Cofferdam").normal(44).finished(440, 7, 2);
        assertThat(Verdict.stayedInside(evicted, Fault.CACHE_FLOOD)).isEqualTo("On Cofferdam no operation failed outside of cache, "
                + "but 2 sessions and 7 accepted jobs were lost, and in cache nothing failed either.");
    }

    @Test
    void whatCouldNotBeAskedIsNotClaimed() {
        Outcome gone = new Told("stock").normal(44).unfinished();
        assertThat(String.join("\n", Verdict.of(gone))).contains("could not be found out").doesNotContain("none was lost",
                "nobody's session");
        assertThat(Verdict.stayedInside(gone, Fault.CACHE_FLOOD)).endsWith("as far as it could be asked.");
    }
}
