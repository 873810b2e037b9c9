// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.HelpReply;
import java.util.Locale;

/** CLIENT and its sub-commands. */
public final class ClientCommands {
    private static final String SYNTAX_ERROR = "ERR syntax error";

    private ClientCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("connection");
        table.command("CLIENT").summary("A container for commands about client connections.").since("2.4.0")
            .complexity("Depends on subcommand.")
            .container();
        sub(table, "ID", "Answers the number of this connection.", "5.0.0", exactly(2))
            .handledBy(call -> call.reply().integer(call.client().id()));
        sub(table, "GETNAME", "Answers the name of this connection.", "2.6.9", exactly(2)).handledBy(ClientCommands::getName);
        sub(table, "SETNAME", "Names this connection.", "2.6.9", exactly(3)).arguments(string("connection-name")).handledBy(call -> {
            if (setName(call, 2)) {
                call.reply().ok();
            }
        });
        sub(table, "SETINFO", "Notes library name or version of this connection.", "7.2.0", exactly(4))
            .arguments(oneOf(string("libname").after("LIB-NAME"), string("libver").after("LIB-VER"))).handledBy(ClientCommands::setInfo);
        sub(table, "INFO", "Describes this connection.", "6.2.0", exactly(2)).tips("nondeterministic_output")
            .handledBy(ClientCommands::info);
        sub(table, "LIST", "Describes all connections.", "2.4.0", atLeast(2)).flags(ADMIN)
            .arguments(
                    oneOf(token("NORMAL"), token("MASTER"), token("REPLICA"), token("PUBSUB")).named("normal_master_replica_pubsub")
                        .after("TYPE")
                        .since("5.0.0").optional(),
                    block("id", integer("client-id").multiple()).after("ID").since("6.2.0").optional())
            .tips("nondeterministic_output")
            .history("2.8.12", "Shows each connection's number.", "5.0.0", "Has TYPE.", "6.0.0", "Shows the user.", "6.2.0",
                    "Has ID; shows the server's address, the memory of arguments and in all, and where messages about the cache go.",
                    "7.0.0", "Shows the protocol, the memory of a transaction and the reply buffer's size.", "7.0.3",
                    "Shows subscriptions to shard channels.")
            .handledBy(ClientCommands::list);
        sub(table, "KILL", "Closes connections.", "2.4.0", atLeast(3)).flags(ADMIN).arguments(filters())
            .history("2.8.12", "Takes filters instead of an address.", "2.8.12", "Has the filter ID.", "3.2.0", "TYPE knows master.",
                    "5.0.0", "TYPE knows replica; slave means the same.", "6.2.0", "Has the filter LADDR.")
            .handledBy(ClientKill::run);
        sub(table, "UNBLOCK", "Ends another connection's wait for a key.", "5.0.0", new Arity(3, Integer.MAX_VALUE)).flags(ADMIN)
            .arguments(integer("client-id"), oneOf(token("TIMEOUT"), token("ERROR")).named("timeout_error").optional())
            .handledBy(ClientCommands::unblock);
        sub(table, "PAUSE", "Holds commands of all connections back for a time.", "2.9.50", atLeast(3)).flags(ADMIN)
            .arguments(integer("timeout"), oneOf(token("WRITE"), token("ALL")).named("mode").since("6.2.0").optional())
            .history("6.2.0", "May hold back only what writes (WRITE).").handledBy(ClientCommands::pause);
        sub(table, "UNPAUSE", "Ends CLIENT PAUSE.", "6.2.0", exactly(2)).flags(ADMIN).handledBy(ClientCommands::unpause);
        sub(table, "REPLY", "Sets whether commands of this connection are answered.", "3.2.0", exactly(3))
            .arguments(oneOf(token("ON"), token("OFF"), token("SKIP")).named("on_off_skip")).handledBy(ClientCommands::reply);
        sub(table, "NO-EVICT", "Keeps this connection from being cut when connections' memory is short.", "7.0.0", exactly(3)).flags(ADMIN)
            .arguments(oneOf(token("ON"), token("OFF")).named("enabled")).handledBy(ClientCommands::noEvict);
        sub(table, "NO-TOUCH", "Keeps this connection's commands from counting as uses of keys.", "7.2.0", exactly(3))
            .arguments(oneOf(token("ON"), token("OFF")).named("enabled")).handledBy(ClientCommands::noTouch);
        TrackingCommands.declare(table);
        table.command("CLIENT|HELP").summary("Describes the sub-commands.").since("5.0.0").complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).handledBy(HelpReply::write);
    }

    private static Argument filters() {
        Argument type = oneOf(token("NORMAL"), token("MASTER").since("3.2.0"), token("SLAVE"), token("REPLICA").since("5.0.0"),
                token("PUBSUB"));
        return oneOf(string("ip:port").deprecated("2.8.12"),
                oneOf(integer("client-id").after("ID").since("2.8.12").optional(),
                        type.named("normal_master_slave_pubsub").after("TYPE").since("2.8.12").optional(),
                        string("username").after("USER").optional(),
                        string("ip:port").after("ADDR").optional(), string("ip:port").after("LADDR").since("6.2.0").optional(),
                        string("yes/no").after("SKIPME").optional())
                    .named("new-format").multiple())
            .named("filter");
    }

    private static CommandBuilder sub(CommandTable table, String name, String summary, String since, Arity arity) {
        return table.command("CLIENT|" + name).summary(summary).since(since).complexity(name.equals("LIST") || name.equals("KILL")
                ? "O(N) for N connections"
                : "O(1)")
            .arity(arity).flags(NOSCRIPT, LOADING, STALE).memory(NEUTRAL);
    }

    private static void getName(Call call) {
        String name = call.client().name();
        if (name.isEmpty()) {
            call.reply().nil();
        } else {
            call.reply().bulk(name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    /** Names the call's client after an argument; replies when the name is no name. */
    static boolean setName(Call call, int argument) {
        if (!isPlain(call, argument)) {
            call.reply().error("ERR Client names cannot contain spaces, newlines or special characters.");
            return false;
        }
        call.client().setName(call.text(argument));
        return true;
    }

    /** Names stand in lines of key=value, so they may hold neither blanks nor line breaks. */
    private static boolean isPlain(Call call, int argument) {
        for (int i = 0; i < call.length(argument); i++) {
            int c = Mem.getByte(call.address(argument) + i);
            if (c < '!' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static void setInfo(Call call) {
        boolean name = call.is(2, "LIB-NAME");
        if (!name && !call.is(2, "LIB-VER")) {
            call.reply().error("ERR Unrecognized option '" + call.text(2) + "'");
            return;
        }
        if (!isPlain(call, 3)) {
            call.reply().error("ERR " + call.text(2).toLowerCase(Locale.ROOT) + " cannot contain spaces, newlines or special characters.");
            return;
        }
        if (name) {
            call.client().setLibraryName(call.text(3));
        } else {
            call.client().setLibraryVersion(call.text(3));
        }
        call.reply().ok();
    }

    private static void info(Call call) {
        StringBuilder text = new StringBuilder();
        ClientLine.append(text, call.client(), call);
        call.reply().verbatim("txt", text.toString());
    }

    private static void list(Call call) {
        StringBuilder text = new StringBuilder();
        if (call.count() == 4 && call.is(2, "TYPE")) {
            ClientType type = ClientType.of(call, 3);
            if (type == null) {
                return;
            }
            call.server().clients().forEach(client -> {
                if (ClientType.of(client) == type) {
                    ClientLine.append(text, client, call);
                }
            });
        } else if (call.count() > 3 && call.is(2, "ID")) {
            for (int i = 3; i < call.count(); i++) {
                if (!call.parseLong(i, "ERR Invalid client ID")) {
                    return;
                }
                Client client = call.server().clients().find(call.number);
                if (client != null) {
                    ClientLine.append(text, client, call);
                }
            }
        } else if (call.count() == 2) {
            call.server().clients().forEach(client -> ClientLine.append(text, client, call));
        } else {
            call.reply().error(SYNTAX_ERROR);
            return;
        }
        call.reply().verbatim("txt", text.toString());
    }

    private static void unblock(Call call) {
        boolean error = false;
        if (call.count() == 4) {
            if (call.is(3, "ERROR")) {
                error = true;
            } else if (!call.is(3, "TIMEOUT")) {
                call.reply().error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
                return;
            }
        } else if (call.count() > 4) {
            wrongCount(call);
            return;
        }
        if (!call.parseLong(2)) {
            return;
        }
        Client other = call.server().clients().find(call.number);
        boolean ended = other != null
                && call.server().clients().unblock(other, error ? "UNBLOCKED client unblocked via CLIENT UNBLOCK" : null);
        call.reply().integer(ended ? 1 : 0);
    }

    private static void pause(Call call) {
        boolean all = call.count() == 3 || call.is(3, "ALL");
        if (call.count() > 4) {
            wrongCount(call);
            return;
        }
        if (!all && !call.is(3, "WRITE")) {
            call.reply().error("ERR CLIENT PAUSE mode must be WRITE or ALL");
            return;
        }
        if (!call.parseLong(2, "ERR timeout is not an integer or out of range")) {
            return;
        }
        if (call.number < 0) {
            call.reply().error("ERR timeout is negative");
            return;
        }
        if (call.number > Long.MAX_VALUE - call.nowMillis()) {
            call.reply().error("ERR timeout is out of range");
            return;
        }
        call.server().pause(call.nowMillis() + call.number, all);
        call.reply().ok();
    }

    private static void wrongCount(Call call) {
        call.reply().error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try CLIENT HELP.");
    }

    private static void unpause(Call call) {
        call.server().pause(0, false);
        call.reply().ok();
    }

    private static void reply(Call call) {
        if (call.is(2, "ON")) {
            call.client().setRepliesOff(false);
            call.reply().ok();
        } else if (call.is(2, "OFF")) {
            call.client().setRepliesOff(true);
        } else if (call.is(2, "SKIP")) {
            call.client().skipNextReply();
        } else {
            call.reply().error(SYNTAX_ERROR);
        }
    }

    private static void noEvict(Call call) {
        if (call.is(2, "ON") || call.is(2, "OFF")) {
            call.client().setNoEvict(call.is(2, "ON"));
            call.reply().ok();
        } else {
            call.reply().error(SYNTAX_ERROR);
        }
    }

    private static void noTouch(Call call) {
        if (call.is(2, "ON") || call.is(2, "OFF")) {
            call.client().setNoTouch(call.is(2, "ON"));
            call.reply().ok();
        } else {
            call.reply().error(SYNTAX_ERROR);
        }
    }
}
