// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.resp.GlobPattern;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.Clients;
import dev.cofferdam.server.pubsub.PubSub;
import dev.cofferdam.server.pubsub.Subscriptions;
import java.util.ArrayList;
import java.util.List;

/** Closes subscribers that listen to what their user's new rules do not permit. Lives for one change; event loop only. */
final class LostChannels {
    private final List<GlobPattern> permitted;

    private LostChannels(List<GlobPattern> permitted) {
        this.permitted = permitted;
    }

    static void closeWhoLost(User user, Rules after, Clients clients, Client caller) {
        if (after.selectors.stream().anyMatch(selector -> selector.allChannels)) {
            return;
        }
        List<GlobPattern> permitted = new ArrayList<>();
        after.selectors.forEach(selector -> permitted.addAll(selector.channels));
        LostChannels lost = new LostChannels(permitted);
        if (!lost.nothingOf(user.rules())) {
            clients.forEach(client -> {
                if (client.user() == user && lost.concerns(client)) {
                    if (client == caller) {
                        client.closeAfterReply();
                    } else {
                        client.close("its user lost a channel");
                    }
                }
            });
        }
    }

    /** Every pattern there was is still there. */
    private boolean nothingOf(Rules before) {
        for (Selector selector : before.selectors) {
            if (selector.allChannels || !selector.channels.stream().allMatch(this::has)) {
                return false;
            }
        }
        return true;
    }

    private boolean has(GlobPattern pattern) {
        return permitted.stream().anyMatch(known -> known.text().equals(pattern.text()));
    }

    private boolean concerns(Client client) {
        return PubSub.anyName(client, Subscriptions.PATTERNS, (address, length) -> !permits(address, length, true))
                || PubSub.anyName(client, Subscriptions.CHANNELS, (address, length) -> !permits(address, length, false))
                || PubSub.anyName(client, Subscriptions.SHARD_CHANNELS, (address, length) -> !permits(address, length, false));
    }

    private boolean permits(long address, int length, boolean isPattern) {
        for (GlobPattern pattern : permitted) {
            if (isPattern ? Bytes.same(pattern.text(), address, length) : pattern.matches(address, length)) {
                return true;
            }
        }
        return false;
    }
}
