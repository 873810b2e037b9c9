// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.UnexpectedReplyException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the servers behind an address: the master that sentinels name, the primaries that a cluster's nodes know. Stateless. */
public final class Discovery {
    /** Of the nodes given, so many are asked before we give up for this time. */
    private static final int NODES_ASKED = 5;
    private static final int PRIMARIES_MAX = 1000;

    private Discovery() {
    }

    /** Nodes that answer for the data: one, or each primary of a cluster. Throws what the last node asked said when none could tell. */
    public static List<TargetAddress.Node> locate(TargetAddress address, Dialer dialer) throws IOException {
        if (address.kind() == TargetAddress.Kind.DIRECT) {
            return address.nodes();
        }
        IOException last = new IOException("no node could be asked");
        for (TargetAddress.Node node : address.nodes().subList(0, Math.min(NODES_ASKED, address.nodes().size()))) {
            boolean sentinel = address.kind() == TargetAddress.Kind.SENTINEL;
            try (Link link = sentinel ? dialer.dialSentinel(node) : dialer.dial(node)) {
                List<TargetAddress.Node> found = sentinel
                        ? master(link.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.masterName()), address.masterName())
                        : primaries(link.ask("CLUSTER", "SLOTS"), node);
                if (!found.isEmpty()) {
                    return found;
                }
                last = new IOException("cluster node " + node + " knows no primaries");
            } catch (UnexpectedReplyException e) {
                last = new IOException(node + ": " + e.getMessage(), e);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** A target for each server behind the address. */
    public static List<TargetAddress> targets(TargetAddress address, Dialer dialer) throws IOException {
        return address.kind() == TargetAddress.Kind.CLUSTER ? locate(address, dialer).stream().map(address::at).toList() : List.of(address);
    }

    private static List<TargetAddress.Node> master(Reply reply, String name) throws IOException {
        List<Reply> words = reply.asList();
        if (words.size() < 2) {
            throw new IOException("the sentinel knows no master '" + name + "'");
        }
        return List.of(new TargetAddress.Node(String.valueOf(words.getFirst().asText()), (int) words.get(1).asLong()));
    }

    /** Each range of slots: first, last, then nodes of which the first is the primary. */
    private static List<TargetAddress.Node> primaries(Reply reply, TargetAddress.Node asked) {
        Set<TargetAddress.Node> primaries = new LinkedHashSet<>();
        for (Reply range : reply.asList()) {
            List<Reply> parts = range.asList();
            if (parts.size() > 2 && primaries.size() < PRIMARIES_MAX) {
                List<Reply> primary = parts.get(2).asList();
                String host = primary.getFirst().asText();
                // A node that was never told its own address leaves it out: it is the one we asked.
                primaries.add(new TargetAddress.Node(host == null || host.isEmpty() || host.equals("?") ? asked.host() : host,
                        (int) primary.get(1).asLong()));
            }
        }
        return new ArrayList<>(primaries);
    }
}
