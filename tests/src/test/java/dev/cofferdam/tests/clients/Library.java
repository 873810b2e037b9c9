// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries that have a program in {@code tests/clients}: what it takes to run it, which compartment is full meanwhile, and which keys must be seen where.
 * A key the library makes anywhere else is a failure.
 */
enum Library {
    BULLMQ("node/bullmq/main.mjs", "sessions", Needs.NPM, "jobs bull:mail:wait", "jobs bull:mail:\\d+", "jobs bull:mail:delayed",
            "jobs bull:mail:active", "jobs bull:mail:completed", "jobs bull:mail:failed", "jobs bull:mail:events",
            "jobs bull:mail:\\d+:lock",
            "jobs bull:mail:meta", "jobs bull:mail:[^:]+:dependencies", "jobs bull:mail:repeat.*", "jobs bull:ordered:prioritized"),
    SIDEKIQ("ruby/sidekiq/main.rb", "sessions", Needs.RUBY_SIDEKIQ, "jobs queue:default", "jobs queue:critical", "jobs queues",
            "jobs retry",
            "jobs schedule", "jobs dead", "jobs processes", "jobs stat:processed", "jobs stat:failed",
            "jobs stat:processed:\\d{4}-\\d\\d-\\d\\d",
            "jobs [^:]+:\\d+:[0-9a-f]{12}", "jobs [^:]+:\\d+:[0-9a-f]{12}:workers", "jobs [^:]+:\\d+:[0-9a-f]{12}-signals"),
    CELERY("python/celery/main.py", "sessions", Needs.pythonModule("celery, redis", "python3-celery python3-redis"), "jobs celery",
            "jobs celery\\x06\\x163", "jobs celery-task-meta-.*", "jobs unacked", "jobs unacked_index", "jobs _kombu.binding.celery",
            "jobs _kombu.binding.celery.pidbox", "jobs _kombu.binding.reply.celery.pidbox", "jobs [-0-9a-f]{36}.reply.celery.pidbox"),
    RQ("python/rq/main.py", "sessions", Needs.pythonModule("rq", "python3-rq"), "jobs rq:queue:default", "jobs rq:queue:high",
            "jobs rq:queues",
            "jobs rq:workers", "jobs rq:worker:.*", "jobs rq:job:.*", "jobs rq:results:.*", "jobs rq:finished:default",
            "jobs rq:failed:default",
            "jobs rq:scheduled:default", "jobs rq:wip:default", "jobs rq:scheduler-lock:default"),
    LARAVEL("php/laravel/main.php", "sessions", Needs.PHP_LARAVEL, "jobs laravel_database_queues:default",
            "jobs laravel_database_queues:high",
            "jobs laravel_database_queues:default:notify", "jobs laravel_database_queues:default:delayed",
            "jobs laravel_database_queues:default:reserved", "jobs laravel_database_queues:risky:reserved"),
    CONNECT_REDIS("node/connect-redis/main.mjs", "jobs", Needs.NPM, "sessions sess:.{32}"),
    DJANGO_REDIS("python/django-redis/main.py", "jobs", Needs.pythonModule("django_redis", "python3-django-redis"),
            "sessions :1:django.contrib.sessions.cache.{32}", "cache :1:count", "cache :2:page", "cache :1:the lock",
            "cache :1:views.decorators.cache.cache_page.*");

    private static final Path CHECKOUT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    static final Path PROGRAMS = CHECKOUT.resolve("tests/clients");

    private final Path program;
    /** The compartment that is full while the program runs. */
    final String full;
    /** Patterns of compartment and key, each of which must have been seen. */
    final List<String> keys;
    private final Needs needs;

    Library(String program, String full, Needs needs, String... keys) {
        this.program = Path.of(program);
        this.full = full;
        this.keys = List.of(keys);
        this.needs = needs;
    }

    /** Where keys of the library may be. */
    Set<String> compartments() {
        return keys.stream().map(key -> key.substring(0, key.indexOf(' '))).collect(Collectors.toSet());
    }

    /** What is missing on this machine and how to get it, or empty. */
    Optional<String> missing() throws IOException, InterruptedException {
        return needs.missing();
    }

    /** The program's command, without a shell. */
    List<String> command() {
        return List.of(needs.interpreter, PROGRAMS.resolve(program).toString());
    }

    /** An interpreter and what proves that the library is there for it. */
    private record Needs(String interpreter, List<String> probe, String remedy) {
        private static final Needs NPM = new Needs("node", List.of("node", "--input-type=module", "--eval",
                "await import('bullmq'); await import('connect-redis'); await import('redis'); await import('express-session')"),
                "apt-get install nodejs npm, then npm ci in tests/clients/node");

        private static final Needs RUBY_SIDEKIQ = new Needs("/usr/bin/ruby", List.of("/usr/bin/ruby", "-e", "require 'sidekiq'"),
                "apt-get install ruby-sidekiq");

        private static final Needs PHP_LARAVEL = new Needs("/usr/bin/php", List.of("/usr/bin/php", "-r",
                "exit((@include 'Illuminate/Queue/autoload.php') && (@include 'Illuminate/Redis/autoload.php') && extension_loaded('redis') ? 0 : 1);"),
                "apt-get install php-cli php-redis php-illuminate-queue php-illuminate-redis php-illuminate-events");

        /** Debian's Python, whatever other one is first in PATH: the packages are Debian's. */
        private static Needs pythonModule(String module, String debianPackage) {
            return new Needs("/usr/bin/python3", List.of("/usr/bin/python3", "-c", "import " + module), "apt-get install " + debianPackage);
        }

        private Optional<String> missing() throws IOException, InterruptedException {
            if (!isThere(interpreter)) {
                return Optional.of(interpreter + " is not installed (" + remedy + ")");
            }
            Process process = new ProcessBuilder(probe).directory(PROGRAMS.resolve("node").toFile())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0 ? Optional.empty() : Optional.of("its packages are not installed (" + remedy + ")");
        }

        private static boolean isThere(String program) {
            return program.startsWith("/")
                    ? Files.isExecutable(Path.of(program))
                    : Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
    }
}
