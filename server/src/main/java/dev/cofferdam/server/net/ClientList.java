// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.Clients;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All connected clients, in the order they came: a list through the connections themselves, so that an idle one costs two references.
 *
 * <p>Owns nothing but its ends. Event loop only.
 */
final class ClientList implements Clients {
    private final Blocking.Rerun rerun;
    private @Nullable Connection first;
    private @Nullable Connection last;
    private int clients;

    ClientList(Blocking.Rerun rerun) {
        this.rerun = rerun;
    }

    @Nullable
    Connection first() {
        return first;
    }

    void add(Connection client) {
        client.previousClient = last;
        if (last == null) {
            first = client;
        } else {
            last.nextClient = client;
        }
        last = client;
        clients++;
    }

    void remove(Connection client) {
        Connection before = client.previousClient;
        Connection after = client.nextClient;
        if (before == null) {
            first = after;
        } else {
            before.nextClient = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousClient = before;
        }
        clients--;
    }

    @Override
    public int count() {
        return clients;
    }

    @Override
    public @Nullable Client find(long id) {
        for (Connection client = first; client != null; client = client.nextClient) {
            if (client.id() == id) {
                return client;
            }
        }
        return null;
    }

    @Override
    public void forEach(Consumer<Client> visitor) {
        Connection client = first;
        while (client != null) {
            Connection next = client.nextClient;
            visitor.accept(client);
            client = next;
        }
    }

    @Override
    public boolean unblock(Client client, @Nullable String error) {
        if (!client.isBlocked()) {
            return false;
        }
        rerun.release(client, error);
        return true;
    }
}
