// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ALLOW_BUSY;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_AUTH;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.CompatibleVersion;
import dev.cofferdam.server.acl.Acl;
import dev.cofferdam.server.acl.Users;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;

/** Commands about the connection itself: who it is, what it speaks, its end. */
public final class ConnectionCommands {
    private ConnectionCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("connection");
        table.command("PING").summary("Answers PONG, or the message.").since("1.0.0").complexity("O(1)")
            .arity(new Arity(1, Integer.MAX_VALUE))
            .flags(FAST).memory(NEUTRAL).arguments(string("message").optional())
            .tips("request_policy:all_shards", "response_policy:all_succeeded").handledBy(ConnectionCommands::ping);
        table.command("ECHO").summary("Answers the message.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE, FAST)
            .memory(NEUTRAL).arguments(string("message")).handledBy(call -> call.reply().bulk(call.address(1), call.length(1)));
        table.command("SELECT").summary("Chooses the database of this connection.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE, FAST).memory(NEUTRAL).arguments(integer("index")).handledBy(ConnectionCommands::select);
        table.command("AUTH").summary("Authenticates the connection.").since("1.0.0").complexity("O(1)").arity(atLeast(2))
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY).memory(NEUTRAL)
            .arguments(string("username").since("6.0.0").optional(), string("password"))
            .history("6.0.0", "Takes a user name before the password.").handledBy(ConnectionCommands::auth);
        table.command("HELLO").summary("Chooses the protocol, and authenticates and names the connection if asked to.").since("6.0.0")
            .complexity("O(1)").arity(atLeast(1)).flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY).memory(NEUTRAL)
            .arguments(
                    block("arguments", integer("protover"),
                            block("username_password", string("username"), string("password")).after("AUTH").optional(),
                            string("clientname").after("SETNAME").optional())
                        .optional())
            .history("6.2.0", "Without arguments it only reports about the connection.").handledBy(ConnectionCommands::hello);
        table.command("QUIT").summary("Closes the connection.").since("1.0.0").complexity("O(1)").arity(atLeast(1))
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY).memory(NEUTRAL).handledBy(ConnectionCommands::quit);
        table.command("RESET").summary("Makes the connection as it was when it was new.").since("6.2.0").complexity("O(1)")
            .arity(exactly(1))
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY).memory(NEUTRAL).handledBy(ConnectionCommands::reset);
    }

    private static void ping(Call call) {
        if (call.count() > 2) {
            call.reply().error("ERR wrong number of arguments for 'ping' command");
        } else if (call.client().isSubscribed() && !call.client().resp3()) {
            // Whoever reads messages expects one form of reply.
            call.reply().array(2);
            call.reply().bulk("pong");
            if (call.count() == 2) {
                call.reply().bulk(call.address(1), call.length(1));
            } else {
                call.reply().emptyBulk();
            }
        } else if (call.count() == 2) {
            call.reply().bulk(call.address(1), call.length(1));
        } else {
            call.reply().simple("PONG");
        }
    }

    private static void select(Call call) {
        if (!call.parseLong(1)) {
            return;
        }
        if (call.number < 0 || call.number >= Compartment.DATABASES) {
            call.reply().error("ERR DB index is out of range");
            return;
        }
        call.client().setDatabase((int) call.number);
        call.reply().ok();
    }

    private static void auth(Call call) {
        if (call.count() > 3) {
            call.reply().error("ERR syntax error");
            return;
        }
        if (call.count() == 2 && call.server().acl().isOpenToAll()) {
            call.reply()
                .error("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is"
                        + " correct?");
            return;
        }
        boolean right = call.count() == 2 ? login(call, Users.DEFAULT, 1) : login(call, call.text(1), 2);
        if (right) {
            call.reply().ok();
        }
    }

    /** Makes the client that user, or replies that it cannot be. */
    private static boolean login(Call call, String user, int password) {
        if (call.server().acl().logIn(call, user, Mem.bytes(call.address(password), call.length(password)))) {
            return true;
        }
        call.reply().error(Acl.WRONG_PASSWORD);
        return false;
    }

    private static void hello(Call call) {
        Client client = call.client();
        boolean resp3 = client.resp3();
        int next = 1;
        if (call.count() > 1) {
            if (!call.parseLong(1, "ERR Protocol version is not an integer or out of range")) {
                return;
            }
            if (call.number < 2 || call.number > 3) {
                call.reply().error("NOPROTO unsupported protocol version");
                return;
            }
            resp3 = call.number == 3;
            next = 2;
        }
        while (next < call.count()) {
            int more = call.count() - next - 1;
            if (call.is(next, "AUTH") && more >= 2) {
                if (!login(call, call.text(next + 1), next + 2)) {
                    return;
                }
                next += 3;
            } else if (call.is(next, "SETNAME") && more >= 1) {
                if (!ClientCommands.setName(call, next + 1)) {
                    return;
                }
                next += 2;
            } else {
                call.reply().error("ERR Syntax error in HELLO option '" + call.text(next) + "'");
                return;
            }
        }
        if (!client.isAuthenticated()) {
            call.reply().error(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option"
                            + " can be used to authenticate the client and select the RESP protocol version at the same time");
            return;
        }
        client.setResp3(resp3);
        call.reply().setResp3(resp3);
        describe(call.reply(), client);
    }

    private static void describe(ReplyWriter reply, Client client) {
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(CompatibleVersion.REDIS);
        reply.bulk("proto");
        reply.integer(client.resp3() ? 3 : 2);
        reply.bulk("id");
        reply.integer(client.id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.emptyArray();
    }

    private static void quit(Call call) {
        call.reply().ok();
        call.client().closeAfterReply();
    }

    private static void reset(Call call) {
        Client client = call.client();
        call.server().transactions().abandon(client);
        call.server().pubsub().forget(client);
        call.server().tracking().forget(client);
        client.reset();
        call.server().acl().begin(client);
        call.reply().setResp3(false);
        call.reply().simple("RESET");
    }
}
