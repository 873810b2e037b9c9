// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a node for what planning and acting need to know, in its words. Owns nothing. One thread, that of the session. */
final class NodeFacts {
    private static final int LINES_MAX = 10_000;

    private NodeFacts() {
    }

    /** Fields of some sections of INFO. */
    static Map<String, String> info(Nodes.Session session, String section) throws IOException {
        Map<String, String> fields = new HashMap<>();
        String text = text(session.ask("INFO", section));
        for (String line : text.split("\r?\n", LINES_MAX)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    static long number(Map<String, String> info, String name) {
        try {
            return Long.parseLong(info.getOrDefault(name, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What counts against the limit. */
    static long used(Map<String, String> memory) {
        return Math.max(0, number(memory, "used_memory") - number(memory, "mem_not_counted_for_evict"));
    }

    static int majorVersion(Nodes.Session session) throws IOException {
        String version = info(session, "server").getOrDefault("redis_version", "0");
        int dot = version.indexOf('.');
        try {
            return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    static boolean isPrimary(Nodes.Session session) throws IOException {
        return info(session, "replication").getOrDefault("role", "master").equals("master");
    }

    static boolean isCluster(Nodes.Session session) throws IOException {
        return info(session, "cluster").getOrDefault("cluster_enabled", "0").equals("1");
    }

    /** Commands answered with OOM since the server's start. */
    static long refusedWrites(Nodes.Session session) throws IOException {
        String counted = info(session, "errorstats").getOrDefault("errorstat_OOM", "count=0");
        try {
            return Long.parseLong(counted.substring(counted.indexOf('=') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** All users by name, in the server's order; null when we may not ask. */
    static @Nullable Map<String, AclUser> users(Nodes.Session session) throws IOException {
        Reply reply = session.ask("ACL", "LIST");
        if (reply.isFailure()) {
            return null;
        }
        Map<String, AclUser> users = new LinkedHashMap<>();
        for (Reply line : reply.asList()) {
            AclUser user = AclUser.parse(text(line));
            users.put(user.name(), user);
        }
        return users;
    }

    /** Always said: a connection may have been opened in another one. */
    static void select(Nodes.Session session, int database) throws IOException, RefusedException {
        need(session.ask("SELECT", Integer.toString(database)), "SELECT " + database);
    }

    static List<String> strings(Reply reply) {
        List<String> strings = new ArrayList<>();
        for (Reply item : reply.asList()) {
            strings.add(text(item));
        }
        return strings;
    }

    /** Text, bytes as ISO-8859-1; empty for null and for errors. */
    static String text(Reply reply) {
        return switch (reply) {
            case Reply.Bulk bulk -> new String(bulk.bytes(), StandardCharsets.ISO_8859_1);
            case Reply.Status status -> status.text();
            default -> "";
        };
    }

    static long whole(Reply reply, long otherwise) {
        return reply instanceof Reply.Whole whole ? whole.value() : otherwise;
    }

    /** This reply, or why there is none. */
    static Reply need(Reply reply, String what) throws RefusedException {
        if (reply instanceof Reply.Failure failure) {
            throw new RefusedException(what + " is refused by the server: " + failure.message());
        }
        return reply;
    }
}
