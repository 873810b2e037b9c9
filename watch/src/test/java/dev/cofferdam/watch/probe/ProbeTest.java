// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A probe on a clock by hand and a target without sockets. */
class ProbeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HandClock clock = new HandClock();
    private final FakeTarget target = new FakeTarget();
    private final Probe probe = new Probe(FakeTarget.ADDRESS, target, clock, 1, ProbeOptions.DEFAULTS);

    private Look next() {
        clock.pass(SECOND);
        return probe.look();
    }

    private void told(UnaryOperator<String> change) {
        String info = change.apply(new FakeTarget().info());
        target.answer("INFO", request -> FakeTarget.bulk(info));
    }

    @Test
    void aSampleASecond() {
        Look first = next();
        assertThat(first.change()).isEqualTo(Look.Change.FIRST);
        assertThat(first.sample()).isNotNull().extracting(Sample::usedBytes).isEqualTo(1_000_000L);
        assertThat(next().change()).isEqualTo(Look.Change.NONE);
        assertThat(target.dials()).isEqualTo(1);
        assertThat(next().trouble()).contains("no RANDOMKEY: no prefix can be named").doesNotContain("MONITOR");
    }

    @Test
    void oneInfoALookAndCommandCountsEachTenSeconds() {
        next();
        int before = target.asked("INFO");
        for (int i = 0; i < 20; i++) {
            next();
        }
        assertThat(target.asked("INFO") - before).isBetween(22, 23);
    }

    @Test
    void aTargetThatIsDownIsTriedLessAndLessOftenAndComesBack() {
        next();
        target.up(false);
        assertThat(next().change()).isEqualTo(Look.Change.LOST);
        Look down = next();
        assertThat(down.reachable()).isFalse();
        assertThat(down.change()).isEqualTo(Look.Change.NONE);
        assertThat(down.trouble()).isEqualTo("fake:1 does not accept connections");
        int dials = target.dials();
        for (int i = 0; i < 600; i++) {
            next();
        }
        // Each wait lies between half and whole of 30 s, once it has grown.
        assertThat(target.dials() - dials).isBetween(20, 46);
        target.up(true);
        int waited = 0;
        Look look = next();
        while (!look.reachable()) {
            look = next();
            assertThat(++waited).isLessThan(31);
        }
        assertThat(look.change()).isEqualTo(Look.Change.BACK);
    }

    @Test
    void aWrongPasswordIsNotTriedEachSecond() {
        told(info -> info);
        target.answer("INFO", request -> new Reply.Failure("NOAUTH Authentication required."));
        assertThat(next().trouble()).contains("NOAUTH");
        int dials = target.dials();
        for (int i = 0; i < 60; i++) {
            next();
        }
        assertThat(target.dials() - dials).isBetween(1, 5);
    }

    @Test
    void aRestartIsSeenByTheRunIdOrByTheUptime() {
        next();
        told(info -> info.replace("run_id:one", "run_id:two"));
        assertThat(next().change()).isEqualTo(Look.Change.RESTARTED);
        assertThat(next().change()).isEqualTo(Look.Change.NONE);
        told(info -> info.replace("run_id:one", "run_id:two").replace("uptime_in_seconds:100", "uptime_in_seconds:3"));
        assertThat(next().change()).isEqualTo(Look.Change.RESTARTED);
    }

    @Test
    void aReplicaSaysSoAndAPromotionIsSeen() {
        next();
        told(info -> info.replace("role:master", "role:slave\r\nmaster_host:other\r\nmaster_port:2"));
        Look replica = next();
        assertThat(replica.change()).isEqualTo(Look.Change.BECAME_REPLICA);
        assertThat(replica.trouble()).contains("it is a replica of other:2");
        told(info -> info);
        assertThat(next().change()).isEqualTo(Look.Change.BECAME_MASTER);
    }

    @Test
    void theMasterThatSentinelsNameIsFollowed() {
        Probe follower = new Probe(TargetAddress.parse("redis+sentinel://s1,s2/m"), target, clock, 1, ProbeOptions.DEFAULTS);
        target.answer("SENTINEL GET-MASTER-ADDR-BY-NAME",
                request -> new Reply.Items(List.of(FakeTarget.bulk("one"), FakeTarget.bulk("7000"))));
        assertThat(follower.look().change()).isEqualTo(Look.Change.FIRST);
        told(info -> info.replace("role:master", "role:slave"));
        target.answer("SENTINEL GET-MASTER-ADDR-BY-NAME",
                request -> new Reply.Items(List.of(FakeTarget.bulk("two"), FakeTarget.bulk("7000"))));
        clock.pass(SECOND);
        assertThat(follower.look().change()).isEqualTo(Look.Change.BECAME_REPLICA);
        told(info -> info.replace("run_id:one", "run_id:two"));
        clock.pass(SECOND);
        assertThat(follower.look().change()).isEqualTo(Look.Change.OTHER_MASTER);
        follower.close();
    }

    @Test
    void aClockThatIsSetDoesNotBendTheSeries() {
        long first = next().atMillis();
        clock.setWallBy(Duration.ofHours(-2));
        long second = next().atMillis();
        assertThat(second - first).isBetween(850L, 1000L);
        clock.setWallBy(Duration.ofHours(2));
        long third = next().atMillis();
        assertThat(third - second).isBetween(1000L, 1250L);
        clock.setWallBy(Duration.ofHours(3));
        assertThat(next().atMillis() - third).isBetween(10_000_000L, 11_000_000L);
    }

    @Test
    void infoWithoutMemoryIsNothingToWatch() {
        told(info -> "redis_version:7.0\r\n");
        Look look = next();
        assertThat(look.sample()).isNull();
        assertThat(look.trouble()).isEqualTo("INFO tells no used_memory: nothing to watch");
        assertThat(look.change()).isEqualTo(Look.Change.FIRST);
    }

    @Test
    void aLinkThatTheAttributionLostIsRenewedAtOnce() throws Exception {
        next();
        Link link = probe.link();
        assertThat(link).isNotNull();
        link.close();
        assertThat(probe.link()).isNull();
        assertThat(next().reachable()).isTrue();
        assertThat(probe.link()).isNotNull();
    }

    @Test
    void monitorOnlyWhereItIsAllowed() {
        target.answer("MONITOR", request -> new Reply.Status("OK"));
        target.answer("COMMAND INFO", request -> new Reply.Items(List.of(new Reply.Items(List.of()))));
        Burst burst = new Burst() {
            @Override
            public Request command() {
                return Request.of("MONITOR");
            }

            @Override
            public int protocol() {
                return 2;
            }

            @Override
            public boolean hear(Reply reply) {
                return true;
            }
        };
        next();
        assertThat(probe.listen(burst, SECOND)).isFalse();
        assertThat(target.listened()).isZero();
        Probe allowed = new Probe(FakeTarget.ADDRESS, target, clock, 1, ProbeOptions.DEFAULTS.withMonitorAllowed(true));
        allowed.look();
        assertThat(allowed.listen(burst, SECOND)).isTrue();
        target.answer("MONITOR", request -> new Reply.Failure("NOPERM this user has no permissions to run the 'monitor' command"));
        assertThat(allowed.listen(burst, SECOND)).isFalse();
        assertThat(allowed.capabilities().has(Capability.MONITOR)).isFalse();
        allowed.close();
    }

    @Test
    void compartmentsAreSampledToo() {
        target.answer("COMPARTMENT INFO", request -> FakeTarget.bulk("name:jobs\r\nused_bytes:5\r\nmax_bytes:10\r\nfull:reject\r\n"));
        target.answer("COMPARTMENT PREFIXES", request -> new Reply.Items(List.of()));
        assertThat(next().compartments()).containsOnlyKeys("jobs");
    }
}
