// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Request;
import java.net.InetSocketAddress;

/** The three floods of the demo. Each writes what the role's application would write, only more of it. */
final class Floods {
    private Floods() {
    }

    /** Every request of the bot opens a session that nobody will ever ask for again. */
    static Flood botSessions(InetSocketAddress address, Clock clock, Workload workload) {
        Payload session = new Payload(Workload.BOT_SESSION_BYTES, workload.seed());
        return new Flood(address, clock, workload.faultBytesPerSecond(), Workload.BOT_SESSION_BYTES,
                n -> Request.of("SET", Workload.SESSION_PREFIX + String.format("b%015x", n)).and(session.bytes()).and("EX")
                    .and(workload.botSessionTtlSeconds()),
                n -> {
                });
    }

    /** Large jobs, for which the producer's books are kept as for all others. */
    static Flood campaign(InetSocketAddress address, Clock clock, Workload workload, Jobs jobs) {
        Payload job = new Payload(Workload.CAMPAIGN_JOB_BYTES, workload.seed());
        return new Flood(address, clock, workload.faultBytesPerSecond(), Workload.CAMPAIGN_JOB_BYTES,
                n -> Jobs.push(Jobs.CAMPAIGN_FIRST_ID + n, job), n -> jobs.accept(Jobs.CAMPAIGN_FIRST_ID + n));
    }

    /** Entries nobody reads, without a time to live. */
    static Flood report(InetSocketAddress address, Clock clock, Workload workload) {
        Payload entry = new Payload(Workload.REPORT_BYTES, workload.seed());
        return new Flood(address, clock, workload.faultBytesPerSecond(), Workload.REPORT_BYTES,
                n -> Request.of("SET", Workload.CACHE_PREFIX + "report:" + n).and(entry.bytes()), n -> {
                });
    }
}
