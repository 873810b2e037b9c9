// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.DialedNodes;
import dev.cofferdam.watch.contain.Pause;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.probe.TargetAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stock redis-server that is full of {@code cache:report:N} without a time to live, noeviction, with sessions and jobs beside, and users: {@code app} and
 * {@code jobs}, who may do everything, {@code watch}, who may look, {@code ops}, who may act. Owns the process.
 */
final class FullRedis implements AutoCloseable {
    static final int KEYS = 20_000;

    private final WatchedRedis redis;

    private FullRedis(WatchedRedis redis) {
        this.redis = redis;
    }

    /** With everything but the fill: memory is without a limit. */
    static FullRedis empty(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--enable-debug-command", "yes", "--maxmemory-policy", "noeviction"));
        all.addAll(List.of(arguments));
        FullRedis full = new FullRedis(WatchedRedis.start(all.toArray(String[]::new)));
        full.users();
        return full;
    }

    /** Full: writes are refused when this returns. */
    static FullRedis start() throws IOException, InterruptedException {
        FullRedis full = empty();
        try (RespClient admin = full.redis.connect()) {
            admin.call("DEBUG", "POPULATE", Integer.toString(KEYS), "cache:report", "500").orThrow();
            admin.call("DEBUG", "POPULATE", "500", "sess", "100").orThrow();
            admin.call("RPUSH", "queue:mail", "job-1", "job-2", "job-3").orThrow();
            String memory = String.valueOf(admin.call("INFO", "memory").asText());
            long used = Long.parseLong(memory.replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
            admin.call("CONFIG", "SET", "maxmemory", Long.toString(used - 500_000)).orThrow();
            assertThat(admin.call("SET", "x", "y")).isInstanceOf(Reply.Failure.class);
        }
        return full;
    }

    private void users() throws IOException {
        try (RespClient admin = redis.connect()) {
            admin.call("ACL", "SETUSER", "app", "on", ">app", "~*", "&*", "+@all").orThrow();
            admin.call("ACL", "SETUSER", "jobs", "on", ">jobs", "~queue:*", "~cache:*", "%R~sess:*", "+@all", "-@dangerous").orThrow();
            admin.call("ACL", "SETUSER", "ops", "on", ">ops", "~*", "&*", "+@all").orThrow();
            admin.call("ACL", "SETUSER", "watch", "on", ">watch", "%R~*", "-@all", "+info", "+dbsize", "+randomkey", "+memory|usage",
                    "+pttl", "+type",
                    "+scan", "+select", "+ping", "+client|list", "+client|setname", "+object|idletime", "+exists", "+llen", "+acl|list",
                    "+acl|dryrun", "+acl|whoami", "+config|get")
                .orThrow();
        }
    }

    RespClient as(String user) throws IOException {
        return RespClient.connect(new InetSocketAddress("127.0.0.1", redis.port()), RespClientOptions.DEFAULTS.withAccess(user, user),
                Clock.system());
    }

    RespClient connect() throws IOException {
        return redis.connect();
    }

    int port() {
        return redis.port();
    }

    /** Joined, as it came. */
    String users(RespClient client) throws IOException {
        return String.join("\n", Reply.texts(client.call("ACL", "LIST")).stream().map(String::valueOf).toList());
    }

    /** Calls of every command that writes, by name. */
    static Map<String, Long> writes(RespClient client) throws IOException {
        Map<String, Long> writes = new TreeMap<>();
        for (String line : String.valueOf(client.call("INFO", "commandstats").asText()).split("\r\n")) {
            if (line.startsWith("cmdstat_")) {
                String name = line.substring(8, line.indexOf(':'));
                List<Reply> info = client.call("COMMAND", "INFO", name).asList().getFirst().asList();
                boolean takes = !info.isEmpty() && info.get(2).asList().stream().anyMatch(flag -> "write".equals(flag.asText()));
                boolean changes = List.of("acl|setuser", "config|set", "client|kill").contains(name);
                if (takes || changes) {
                    writes.put(name, Long.parseLong(line.replaceAll(".*calls=(\\d+).*", "$1")));
                }
            }
        }
        return writes;
    }

    DialedNodes nodes(boolean mayAct) {
        return nodes(redis.port(), "watch", mayAct ? "ops" : "");
    }

    static DialedNodes nodes(int port, String lookingUser, String actingUser) {
        TargetAddress looking = TargetAddress.parse("redis://" + lookingUser + ":" + lookingUser + "@127.0.0.1:" + port);
        TargetAddress acting = looking.withAccess(actingUser, actingUser);
        return new DialedNodes(looking, new RespDialer(looking, null, false, Clock.system()),
                actingUser.isEmpty() ? null : new RespDialer(acting, null, false, Clock.system()));
    }

    Containment containment(Path folder, ContainOptions options, Clock clock) throws IOException {
        boolean acts = options.level().atLeast(ContainLevel.APPLY);
        return new Containment("prod", nodes(acts), options, folder, clock, Pause.real(), 42, entry -> {
        });
    }

    @Override
    public void close() throws InterruptedException {
        redis.close();
    }
}
