// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.replication;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.ALLOW_BUSY;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.NO_ASYNC_LOADING;
import static dev.cofferdam.server.command.Flag.NO_MULTI;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.replication.Replica;
import dev.cofferdam.server.replication.Replication;
import java.util.List;
import java.util.Locale;

/** SYNC, PSYNC and REPLCONF, which replicas send; WAIT and ROLE. */
public final class ReplicationCommands {
    private ReplicationCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("SYNC").summary("Makes the client a replica: the whole keyspace as a file, then everything that happens to it.")
            .since("1.0.0").complexity("O(N) for N keys, in slices").arity(exactly(1)).flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .memory(NEUTRAL)
            .handledBy(call -> follow(call, false));
        table.command("PSYNC").summary("As SYNC, for replicas that keep count of what they got; it is always the whole keyspace.")
            .since("2.8.0").complexity("O(N) for N keys, in slices").arity(atLeast(3)).flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .memory(NEUTRAL)
            .arguments(string("replicationid"), integer("offset")).handledBy(call -> follow(call, true));
        table.command("REPLCONF").summary("What a replica says of itself, and how far it is.").since("3.0.0").complexity("O(1)")
            .arity(atLeast(1)).flags(ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY).memory(NEUTRAL).internal()
            .handledBy(ReplicationCommands::configure);
        followingOthers(table, "REPLICAOF", "5.0.0").handledBy(ReplicationCommands::replicaOf);
        followingOthers(table, "SLAVEOF", "1.0.0").deprecated("5.0.0", "`REPLICAOF`").handledBy(ReplicationCommands::replicaOf);
        table.command("ROLE").summary("Says that this server is a master, and who follows it.").since("2.8.12").complexity("O(1)")
            .arity(exactly(1))
            .flags(NOSCRIPT, LOADING, STALE, FAST).memory(NEUTRAL).handledBy(ReplicationCommands::role);
        table.command("WAIT").group("generic")
            .summary("Waits until so many replicas have what was written so far, and says how many have.")
            .since("3.0.0").complexity("O(1)").arity(exactly(3)).flags(NOSCRIPT).memory(NEUTRAL)
            .arguments(integer("numreplicas"), integer("timeout")).tips("request_policy:all_shards", "response_policy:agg_min")
            .handledBy(ReplicationCommands::await);
    }

    private static CommandBuilder followingOthers(CommandTable table, String name, String since) {
        return table.command(name).group("server").summary("Refuses to follow another server; NO ONE is what this one always does.")
            .since(since)
            .complexity("O(1)").arity(exactly(3)).flags(ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING).memory(NEUTRAL)
            .arguments(oneOf(block("host-port", string("host"), integer("port")),
                    block("no-one", token("NO"), token("ONE")))
                .named("args"));
    }

    private static void replicaOf(Call call) {
        if (call.is(1, "NO") && call.is(2, "ONE")) {
            call.reply().ok();
        } else {
            call.reply().error("ERR " + call.command().name().toUpperCase(Locale.ROOT)
                    + " is not possible: this server is always a master. Have a Redis follow it by REPLICAOF there");
        }
    }

    private static void follow(Call call, boolean saysOffset) {
        call.server().replication().follow(call.client(), saysOffset);
    }

    private static void configure(Call call) {
        if (call.count() % 2 == 0) {
            call.reply().error("ERR syntax error");
            return;
        }
        Replication replication = call.server().replication();
        for (int i = 1; i < call.count(); i += 2) {
            if (call.is(i, "ACK")) {
                if (call.tryLong(i + 1)) {
                    replication.acknowledge(call.client(), call.number);
                }
                return; // not answered
            }
            if (call.is(i, "GETACK")) {
                return; // of a master's, which this client is not
            }
            if (!configure(call, i, replication)) {
                return;
            }
        }
        call.reply().ok();
    }

    /** False after the reply of an error. */
    private static boolean configure(Call call, int i, Replication replication) {
        if (call.is(i, "LISTENING-PORT")) {
            if (!call.parseLong(i + 1)) {
                return false;
            }
            replication.replica(call.client()).listensOn((int) Math.clamp(call.number, 0, MAX_PORT));
        } else if (call.is(i, "IP-ADDRESS")) {
            if (call.length(i + 1) > ADDRESS_MAX) {
                call.reply().error("ERR REPLCONF ip-address provided by replica instance is too long: " + call.length(i + 1) + " bytes");
                return false;
            }
            replication.replica(call.client()).isAt(call.text(i + 1));
        } else if (call.is(i, "CAPA")) {
            if (call.is(i + 1, "EOF")) {
                replication.replica(call.client()).takesMark();
            }
        } else if (call.is(i, "RDB-ONLY")) {
            if (!call.parseLong(i + 1)) {
                return false;
            }
            replication.replica(call.client()).wantsFileOnly(call.number != 0);
        } else if (call.is(i, "RDB-FILTER-ONLY") && call.length(i + 1) == 0) {
            return true; // redis-cli --replica throws the file away: it may have more than was asked for
        } else {
            call.reply().error("ERR Unrecognized REPLCONF option: " + call.text(i));
            return false;
        }
        return true;
    }

    private static final int MAX_PORT = 65535;
    private static final int ADDRESS_MAX = 255;

    private static void role(Call call) {
        Replication replication = call.server().replication();
        List<Replica> replicas = replication.following().stream().filter(each -> each.state() == Replica.State.ONLINE).toList();
        call.reply().array(3);
        call.reply().bulk("master");
        call.reply().integer(replication.offset());
        call.reply().array(replicas.size());
        for (Replica replica : replicas) {
            call.reply().array(3);
            call.reply().bulk(replica.address());
            call.reply().bulk(Integer.toString(replica.port()));
            call.reply().bulk(Long.toString(replica.acknowledged()));
        }
    }

    /** What this client wrote is in the stream by now, and so is what others wrote. */
    private static void await(Call call) {
        if (!call.parseLong(1) || !call.parseLong(2, "ERR timeout is not an integer or out of range")) {
            return;
        }
        long timeoutMillis = call.number;
        if (timeoutMillis < 0) {
            call.reply().error("ERR timeout is negative");
            return;
        }
        Replication replication = call.server().replication();
        if (!call.isRerun()) {
            call.client().awaitedOffset = replication.offset();
        }
        int acknowledged = replication.acknowledgedBy(call.client().awaitedOffset);
        boolean enough = acknowledged >= call.longOr(1, 0);
        if (!enough && !call.isRerun() && !call.inTransaction()) {
            replication.askForAcknowledgements();
        }
        if (enough || !call.blockForReplicas(timeoutMillis)) {
            call.reply().integer(acknowledged);
        }
    }
}
