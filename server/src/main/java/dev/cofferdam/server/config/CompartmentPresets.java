// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.List;

/**
 * The compartments there are when nobody says otherwise, with the key names that well-known libraries use. Stateless.
 *
 * <p>A key goes to an evicting compartment only when its name says session or cache: what nobody knows stays in {@code default}, which never drops anything.
 * Prefixes come before globs, over all compartments, so that few keys ever meet a glob.
 */
final class CompartmentPresets {
    /** Two accounts that hold no keys: the clients' buffers, and what the server itself needs off the heap. */
    static final String CONNECTIONS = "connections";
    static final String MACHINERY = "machinery";
    static final String SCRIPTS = "scripts";
    static final String DEFAULT = "default";

    /** One line of the preset, as it could stand in a file; {@code library} says whose names these are. */
    record Line(String library, List<String> words) {
        private static Line of(String library, String line) {
            List<String> words = Words.split(line);
            if (words == null) {
                throw new IllegalStateException("preset line does not parse: " + line);
            }
            return new Line(library, words);
        }
    }

    private static final List<Line> PRESET = List.of(
            Line.of("budgets", "sessions reserve 10% max 50% full evict protect 30m"),
            Line.of("budgets", "jobs reserve 10% max 50% full reject"),
            Line.of("budgets", "cache reserve 10% max 80% full evict"),
            Line.of("budgets", "default reserve 5% max 60% full reject"),
            Line.of("Spring Session", "sessions keys spring:session:*"),
            Line.of("PHP", "sessions keys PHPREDIS_SESSION:* ci_session:* sf_s*"),
            Line.of("Laravel", "sessions keys laravel_session:* laravel_database_laravel_session:*"),
            Line.of("Django", "sessions keys :1:django.contrib.sessions.* django.contrib.sessions.*"),
            Line.of("connect-redis, koa-session", "sessions keys sess:* koa:sess:*"),
            Line.of("rack", "sessions keys rack:session:* rack.session:*"),
            Line.of("Flask, Starlette, aiohttp, gorilla and others",
                    "sessions keys session:* sessions:* session_* AIOHTTP_SESSION_* scs:session:* redisson:tomcat_session:*"),
            Line.of("Sidekiq",
                    "jobs keys queue:* queues schedule retry dead processes stat:* sidekiq:* cron_job:* cron_jobs:* uniquejobs:*"),
            Line.of("Resque", "jobs keys resque:*"),
            Line.of("BullMQ, Bull, Bee-Queue", "jobs keys bull:* bullmq:* bq:*"),
            Line.of("RQ, Dramatiq, arq, Huey", "jobs keys rq:* dramatiq:* arq:* huey.*"),
            Line.of("Celery, Kombu",
                    "jobs keys celery \"celery\\x06\\x16*\" celery-task-meta-* celery-taskset-meta-* celeryev* _kombu* unacked*"),
            Line.of("Laravel queues, Horizon",
                    "jobs keys queues:* laravel_database_queues:* laravel-database-queues:* horizon:* laravel_horizon:* laravel-horizon:*"),
            Line.of("asynq, Hangfire and plain names", "jobs keys asynq:* hangfire:* {hangfire}:* job:* jobs:*"),
            Line.of("plain names", "cache keys cache:* cache_* Cache:*"),
            Line.of("Laravel", "cache keys laravel_cache* laravel_database_laravel_cache* laravel-cache* laravel-database-laravel-cache*"),
            Line.of("Django", "cache keys :1:*"),
            Line.of("Rails, Flask, Magento, Apollo", "cache keys views/* flask_cache_* zc:* fqc:*"),
            Line.of("Redisson: what belongs to a map named cache:...",
                    "cache keys {cache:* redisson__timeout__set:{cache:* redisson__idle__set:{cache:* redisson__map_cache__last_access__set:{cache:* "
                            + "redisson__execute_task_once_latch:{cache:*"),
            Line.of("Django with a key prefix or another version", "sessions keys *:[0-9]:django.contrib.sessions.*"),
            Line.of("Django's later versions of an entry", "cache keys :[2-9]:* :[1-9][0-9]:*"),
            Line.of("Sidekiq's processes: host:pid:nonce",
                    "jobs keys *:[0-9]*:????????????:work *:[0-9]*:????????????:workers *:[0-9]*:????????????-signals "
                            + "*:[0-9]*:[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"),
            Line.of("Kombu's replies", "jobs keys *.celery.pidbox"),
            Line.of("Laravel with an application's name", "jobs keys *_database_queues:* *_horizon:*"));

    /** Budgets that hold in every mode. */
    private static final List<Line> MACHINE = List.of(
            Line.of("budgets", CONNECTIONS + " reserve 8% max 25%"),
            Line.of("budgets", MACHINERY + " reserve 1% max 10%"),
            Line.of("budgets", SCRIPTS + " reserve 1% max 10%"));

    private CompartmentPresets() {
    }

    /** The lines of 'compartments preset', in the order in which their rules are tried. */
    static List<Line> preset() {
        return PRESET;
    }

    static List<Line> machine() {
        return MACHINE;
    }

    /** True for a name that stands for an account without keys. */
    static boolean holdsNoKeys(String name) {
        return name.equals(CONNECTIONS) || name.equals(MACHINERY) || name.equals(SCRIPTS);
    }
}
