// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.probe.Dialer;
import dev.cofferdam.watch.probe.Discovery;
import dev.cofferdam.watch.probe.Link;
import dev.cofferdam.watch.probe.TargetAddress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a target as its probe finds them, primaries first, and behind each its replicas as it names them: rules are not replicated, and a replica may take
 * over. Any thread.
 */
public final class DialedNodes implements Nodes {
    private static final int REPLICAS_MAX = 50;

    private final TargetAddress address;
    private final Dialer looking;
    private final @Nullable Dialer acting;
    private final Map<String, TargetAddress.Node> known = new ConcurrentHashMap<>();

    /** @param acting with the credential to act; null when there is none */
    public DialedNodes(TargetAddress address, Dialer looking, @Nullable Dialer acting) {
        this.address = address;
        this.looking = looking;
        this.acting = acting;
    }

    @Override
    public List<String> names() throws IOException {
        Map<String, TargetAddress.Node> found = new LinkedHashMap<>();
        List<TargetAddress.Node> primaries = Discovery.locate(address, looking);
        primaries.forEach(node -> found.put(node.toString(), node));
        for (TargetAddress.Node primary : primaries) {
            try (Session session = session(looking.dial(primary))) {
                Map<String, String> replication = NodeFacts.info(session, "replication");
                Set<String> replicas = new TreeSet<>(replication.keySet());
                replicas.removeIf(name -> !name.matches("slave\\d+"));
                for (String replica : replicas.stream().limit(REPLICAS_MAX).toList()) {
                    add(replication.getOrDefault(replica, ""), found);
                }
            }
        }
        known.putAll(found);
        return List.copyOf(found.keySet());
    }

    /** {@code ip=10.0.0.2,port=6379,state=online,...} */
    private static void add(String line, Map<String, TargetAddress.Node> found) {
        String host = "";
        int port = 0;
        for (String field : line.split(",", -1)) {
            if (field.startsWith("ip=")) {
                host = field.substring(3);
            } else if (field.matches("port=\\d{1,5}")) {
                port = Integer.parseInt(field.substring(5));
            }
        }
        if (!host.isEmpty() && port > 0) {
            TargetAddress.Node node = new TargetAddress.Node(host, port);
            found.putIfAbsent(node.toString(), node);
        }
    }

    @Override
    public boolean mayAct() {
        return acting != null;
    }

    @Override
    public Session open(String name, boolean toAct) throws IOException {
        if (!known.containsKey(name)) {
            names();
        }
        // A plan may name a replica that is no longer told of; it is where it was.
        TargetAddress.Node node = known.getOrDefault(name, node(name));
        Dialer dialer = toAct && acting != null ? acting : looking;
        return session(dialer.dial(node));
    }

    private static TargetAddress.Node node(String name) {
        int colon = name.lastIndexOf(':');
        String host = name.substring(0, colon);
        return new TargetAddress.Node(host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(name.substring(colon + 1)));
    }

    private static Session session(Link link) {
        return new Session() {
            @Override
            public List<Reply> ask(List<Command> commands) throws IOException {
                return link.ask(commands.stream().map(Command::request).toList());
            }

            @Override
            public void close() {
                link.close();
            }
        };
    }
}
