// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

/**
 * How much of everything there is: a third of the memory is in use before the fault, which then brings what fills the rest in four of that afternoon's minutes.
 * The same for every server. Immutable.
 *
 * @param memoryBytes maxmemory of each server
 * @param afternoon the run's length and moments
 * @param seed all chance of the run
 */
record Workload(long memoryBytes, Afternoon afternoon, long seed) {
    static final String SESSION_PREFIX = "sess:";
    static final String QUEUE = "queue:mail";
    static final String CACHE_PREFIX = "cache:";

    static final int SESSION_TTL_SECONDS = 1800;
    static final int SESSION_BYTES = 400;
    static final int LOGINS_PER_SECOND = 10;
    static final int REQUESTS_PER_SECOND = 90;

    static final int JOBS_PER_SECOND = 50;
    static final int JOB_BYTES = 1024;
    static final int WORKERS = 6;
    static final int WORK_MILLIS = 5;

    static final int CACHE_KEYS = 400;
    static final int PAGES_PER_SECOND = 250;
    /** What the database can do at most; its normal load is a tenth of the pages. */
    static final int DATABASE_LOADS_PER_SECOND = 150;

    static final int BOT_SESSION_BYTES = 2048;
    static final int CAMPAIGN_JOB_BYTES = 16 * 1024;
    static final int REPORT_BYTES = 16 * 1024;
    static final int STALLED_CLIENTS = 8;

    /** After that an application gives up on what it asked. */
    static final int PATIENCE_MILLIS = 1000;
    static final int CONNECTIONS_PER_ROLE = 8;

    /** People who are logged in when it begins: a tenth of the memory. */
    int sessions() {
        return (int) (memoryBytes / 10 / (SESSION_BYTES + 150));
    }

    /** Cache entries take an eighth of the memory. */
    int cacheValueBytes() {
        return (int) (memoryBytes / 8 / CACHE_KEYS);
    }

    /** Mean; ten minutes of that afternoon. */
    double cacheTtlSeconds() {
        return afternoon.seconds() / 4.0;
    }

    /** A bot's sessions end as far after their creation as the fault is long, which is what ended the outage that day. */
    int botSessionTtlSeconds() {
        return Math.max(1, (int) Math.round(afternoon.faultEnd() - afternoon.faultAt()));
    }

    /** What is free goes in the four minutes, with what a server needs around each value. */
    double faultBytesPerSecond() {
        return 0.55 * memoryBytes / (afternoon.fullAt() - afternoon.faultAt());
    }

    /** A value a stalled client asks for. */
    int exportBytes() {
        return (int) (memoryBytes / 64);
    }
}
