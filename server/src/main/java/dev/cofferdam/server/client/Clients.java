// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All connected clients, for CLIENT LIST, KILL, UNBLOCK and INFO. Event loop only. */
public interface Clients {
    int count();

    @Nullable
    Client find(long id);

    /** Oldest first. */
    void forEach(Consumer<Client> visitor);

    /** Ends a client's wait for a key; false when it does not wait. */
    boolean unblock(Client client, @Nullable String error);

    /** A server without sockets. */
    Clients NONE = new Clients() {
        @Override
        public int count() {
            return 0;
        }

        @Override
        public @Nullable Client find(long id) {
            return null;
        }

        @Override
        public void forEach(Consumer<Client> visitor) {
        }

        @Override
        public boolean unblock(Client client, @Nullable String error) {
            return false;
        }
    };
}
