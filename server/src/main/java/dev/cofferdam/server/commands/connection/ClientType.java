// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import org.jspecify.annotations.Nullable;

/** What CLIENT LIST and CLIENT KILL divide clients into. As in Redis, who sees all commands (MONITOR) is a normal client; masters there are none of. */
enum ClientType {
    NORMAL,
    MASTER,
    REPLICA,
    PUBSUB;

    /** Null after a reply that there is no such type. */
    static @Nullable ClientType of(Call call, int argument) {
        for (ClientType type : values()) {
            if (call.is(argument, type.name())) {
                return type;
            }
        }
        if (call.is(argument, "SLAVE")) {
            return REPLICA;
        }
        call.reply().error("ERR Unknown client type '" + call.text(argument) + "'");
        return null;
    }

    static ClientType of(Client client) {
        return client.isReplica() ? REPLICA : client.isSubscribed() ? PUBSUB : NORMAL;
    }
}
