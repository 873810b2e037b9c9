// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a target is and how to enter, as people write it: {@code redis://user:password@host:port/database}, {@code rediss://} for TLS,
 * {@code redis+sentinel://host:port,host:port/master-name/database}, {@code redis+cluster://host:port,host:port}. Immutable.
 *
 * <p>No text it makes, of mistakes too, shows the password.
 *
 * @param kind how to come from the nodes to the server
 * @param nodes at least one
 * @param masterName what the sentinels call it; empty without sentinels
 */
public record TargetAddress(Kind kind, boolean tls, List<Node> nodes, @Nullable String username, @Nullable String password, int database,
        String masterName) {
    /** How to come from the nodes to the server. */
    public enum Kind {
        /** The node is the server. */
        DIRECT,
        /** The nodes are sentinels that know the master. */
        SENTINEL,
        /** The nodes know all others; each primary is a server of its own. */
        CLUSTER
    }

    /** Host and port of one process. */
    public record Node(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int DATABASE_MAX = 1 << 20;
    private static final Set<String> SCHEMES = Set.of("redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster",
            "rediss+cluster");

    public TargetAddress {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a target needs a host");
        }
    }

    /** Reads the text; a plain {@code host} or {@code host:port} is a {@code redis://} too. */
    public static TargetAddress parse(String text) {
        String whole = text.strip();
        int schemeEnd = whole.indexOf("://");
        String scheme = schemeEnd < 0 ? "redis" : whole.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("'" + scheme + "' is none of the kinds of address there are: redis://, rediss:// (TLS), "
                    + "redis+sentinel://, redis+cluster://");
        }
        String rest = schemeEnd < 0 ? whole : whole.substring(schemeEnd + 3);
        // The last @ before the path: a password may hold one that nobody escaped.
        int slash = rest.indexOf('/', Math.max(0, rest.lastIndexOf('@')));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : withoutQuery(rest.substring(slash + 1));
        int at = authority.lastIndexOf('@');
        String access = at < 0 ? "" : authority.substring(0, at);
        int colon = access.indexOf(':');
        Kind kind = scheme.endsWith("sentinel") ? Kind.SENTINEL : scheme.endsWith("cluster") ? Kind.CLUSTER : Kind.DIRECT;
        List<Node> nodes = nodes(authority.substring(at + 1), kind == Kind.SENTINEL ? SENTINEL_PORT : PORT);
        if (kind == Kind.DIRECT && nodes.size() > 1) {
            throw new IllegalArgumentException("several hosts: say redis+sentinel:// or redis+cluster://, or give each its own target");
        }
        String master = kind == Kind.SENTINEL ? firstOf(path) : "";
        String database = kind == Kind.SENTINEL ? path.substring(Math.min(path.length(), master.length() + 1)) : path;
        if (kind == Kind.SENTINEL && master.isEmpty()) {
            throw new IllegalArgumentException("a sentinel address needs the master's name: redis+sentinel://" + nodes.getFirst()
                    + "/mymaster");
        }
        return new TargetAddress(kind, scheme.startsWith("rediss"), nodes, colon <= 0 ? null : decoded(access.substring(0, colon)),
                access.isEmpty() ? null : decoded(access.substring(colon + 1)), database(database), decoded(master));
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static String firstOf(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static List<Node> nodes(String hosts, int portUnlessGiven) {
        List<Node> nodes = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            nodes.add(node(host, portUnlessGiven));
        }
        return nodes;
    }

    private static Node node(String text, int portUnlessGiven) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(0, bracket));
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("an address without a host");
        }
        return new Node(host, colon < 0 ? portUnlessGiven : port(text.substring(colon + 1)));
    }

    private static int port(String text) {
        int port = number(text);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535");
        }
        return port;
    }

    private static int database(String text) {
        int database = text.isEmpty() ? 0 : number(text);
        if (database < 0 || database > DATABASE_MAX) {
            throw new IllegalArgumentException("what stands after the host is the number of a database");
        }
        return database;
    }

    /** -1 for what is none. The text stays out of messages: with a slip of the pen it is part of a password. */
    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String decoded(String text) {
        try {
            // A plus is a plus here, not a blank.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** The same with access that stands in a file or in the environment instead. */
    public TargetAddress withAccess(@Nullable String user, String secret) {
        return new TargetAddress(kind, tls, nodes, user, secret, database, masterName);
    }

    /** The same for one node that is the server itself. */
    public TargetAddress at(Node node) {
        return new TargetAddress(Kind.DIRECT, tls, List.of(node), username, password, database, "");
    }

    /** Host and port, or the name by which sentinels know it: for people, labels and file names. */
    public String shown() {
        return kind == Kind.SENTINEL ? masterName + " by " + nodes.getFirst() : nodes.getFirst().toString();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tls ? "rediss" : "redis");
        text.append(kind == Kind.DIRECT ? "" : "+" + kind.name().toLowerCase(Locale.ROOT)).append("://");
        if (password != null) {
            text.append(username == null ? "" : username).append(":***@");
        }
        for (int i = 0; i < nodes.size(); i++) {
            text.append(i == 0 ? "" : ",").append(nodes.get(i));
        }
        return text.append(masterName.isEmpty() ? "" : "/" + masterName).append(database == 0 ? "" : "/" + database).toString();
    }
}
