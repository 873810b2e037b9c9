// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.cli.terminal.Paint;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.probe.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetLinesTest {
    private static final long MB = 1 << 20;
    private static final long NOON = 1_795_435_200_000L;

    private static Sample sample(long usedBytes, long limitBytes) {
        return new Sample(NOON, usedBytes, limitBytes, usedBytes, 0, 0, 1000, 10, 0, 0, 0, 0, 0, 0, 0, false);
    }

    private static TargetState calm(String name) {
        return new TargetState(name, name + ":6379", "Redis 7.0.15", "noeviction", "", true, sample(25 * MB, 100 * MB), Reading.calm(NOON),
                null, List.of(),
                List.of(), null, "");
    }

    private static TargetState climbing(String name) {
        Climb climb = new Climb(NOON - 60_000, 20 * MB, 50 * MB, 100 * MB, 30 * MB, 0.5 * MB, new TimeToFull(100, 40, 230));
        Attribution attribution = new Attribution(NOON,
                new Culprit.Prefix(0, "cache:report:<uuid>", "cache:report:", 28 * MB, 0.92, 0.06, 0.5 * MB, true, 1, 0.99),
                30 * MB, List.of(), List.of(new Writer(7, "10.0.3.17:5120", "mailer-7", "default", "", "set", 0)), 5000, 40_000_000);
        return new TargetState(name, name + ":6379", "Redis 7.0.15", "noeviction", "", true, sample(50 * MB, 100 * MB),
                new Reading(NOON, Stage.PAGE, Concern.CLIMB, climb, "memory climbs"), attribution,
                List.of(new PrefixShare(0, "cache:report:<uuid>", 28 * MB, 90_000, 0.5 * MB, 0.92, 0.06, 1)), List.of(), null, "");
    }

    @Test
    void whatIsInTroubleComesFirstAndAtLength() {
        assertThat(TargetLines.screen(List.of(calm("calm"), climbing("prod")), "http://127.0.0.1:8765/", NOON, Paint.OFF)).containsExactly(
                " Cofferdam watch   2 targets   http://127.0.0.1:8765/                                  12:00:00 UTC ",
                "",
                " prod   prod:6379   Redis 7.0.15   noeviction                                                  PAGE ",
                "   prod                    [####################....................]   50 %   50 MB of 100 MB",
                "   FULL IN 1 min 40 s (likely 40 s to 4 min)   climbs 512 KB/s since 11:59:00",
                "   cache:report:<uuid> grows 512 KB/s, 92 % of the climb (±6). New keys, 100 % without TTL.",
                "   Written by mailer-7 (10.0.3.17:5120, SET).",
                "",
                "   prefix                                           bytes      growth   of it  no TTL",
                "   cache:report:<uuid>                              28 MB    512 KB/s    92 %   100 %",
                "   calm                    [##########..............................]   25 %   25 MB of 100 MB   calm");
    }

    @Test
    void aTargetThatIsAwayIsSaidSo() {
        TargetState away = new TargetState("prod", "prod:6379", "", "", "prod:6379 does not accept connections", false, null,
                Reading.calm(NOON), null,
                List.of(), List.of(), null, "");
        assertThat(TargetLines.details(away, Paint.OFF)).containsExactly(
                " prod   prod:6379                                                                       UNREACHABLE ",
                "   prod                    not reachable",
                "   prod:6379 does not accept connections");
    }

    @Test
    void aTargetWithoutALimitHasNoBar() {
        TargetState state = new TargetState("prod", "prod:6379", "", "", "", true, sample(25 * MB, 0), Reading.calm(NOON), null, List.of(),
                List.of(), null, "");
        assertThat(TargetLines.details(state, Paint.OFF)).contains("   prod                    25 MB, no limit");
    }
}
