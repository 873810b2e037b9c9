// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import dev.cofferdam.server.acl.User;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import org.jspecify.annotations.Nullable;

/** CLIENT KILL: one address in the old form, any combination of filters in the new one. */
final class ClientKill {
    private long id;
    private @Nullable String peer;
    private @Nullable String local;
    private @Nullable User user;
    private @Nullable ClientType type;
    private boolean skipMe = true;
    private int killed;

    private ClientKill() {
    }

    static void run(Call call) {
        ClientKill kill = new ClientKill();
        if (call.count() == 3) {
            kill.peer = call.text(2);
            kill.skipMe = false;
            kill.closeAll(call);
            if (kill.killed == 0) {
                call.reply().error("ERR No such client");
            } else {
                call.reply().ok();
            }
        } else if (kill.parse(call)) {
            kill.closeAll(call);
            call.reply().integer(kill.killed);
        }
    }

    private boolean parse(Call call) {
        if (call.count() % 2 != 0) {
            call.reply().error("ERR syntax error");
            return false;
        }
        for (int i = 2; i < call.count(); i += 2) {
            if (!parseFilter(call, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean parseFilter(Call call, int at) {
        int value = at + 1;
        String error = "ERR syntax error";
        if (call.is(at, "ID")) {
            if (call.tryLong(value) && call.number > 0) {
                id = call.number;
                return true;
            }
            error = "ERR client-id should be greater than 0";
        } else if (call.is(at, "TYPE")) {
            type = ClientType.of(call, value);
            return type != null;
        } else if (call.is(at, "ADDR")) {
            peer = call.text(value);
            return true;
        } else if (call.is(at, "LADDR")) {
            local = call.text(value);
            return true;
        } else if (call.is(at, "USER")) {
            user = call.server().acl().users().named(call.text(value));
            if (user != null) {
                return true;
            }
            error = "ERR No such user '" + call.text(value) + "'";
        } else if (call.is(at, "SKIPME") && (call.is(value, "YES") || call.is(value, "NO"))) {
            skipMe = call.is(value, "YES");
            return true;
        }
        call.reply().error(error);
        return false;
    }

    private void closeAll(Call call) {
        Client self = call.client();
        call.server().clients().forEach(client -> {
            if (matches(client, self)) {
                killed++;
                if (client == self) {
                    client.closeAfterReply();
                } else {
                    client.close("killed");
                }
            }
        });
    }

    private boolean matches(Client client, Client self) {
        if (client == self && skipMe) {
            return false;
        }
        return (user == null || client.user() == user) && (type == null || ClientType.of(client) == type) && (id == 0 || client.id() == id)
                && (peer == null || client.peer().equals(peer))
                && (local == null || client.local().equals(local));
    }
}
