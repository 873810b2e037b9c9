// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.client.KeyLink;
import dev.cofferdam.server.client.Watches;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * MULTI to EXEC: commands are kept as RESP in a buffer that the {@code connections} account pays for, then admitted together and run in one go.
 *
 * <p>Owns the parser and the call the queued commands run with. Event loop only. What always holds: either every queued command runs, or none does;
 * but for one that needs more memory than was set aside, because of commands before it in the same transaction, and finds it not: it is refused alone.
 */
public final class Transactions {
    private long innerErrors;
    private final Server server;
    private final RespParser parser;

    public Transactions(Server server) {
        this.server = server;
        this.parser = new RespParser(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Commands that MULTI does not queue. */
    static boolean runsAtOnce(Command command) {
        return switch (command.name()) {
            case "exec", "discard", "multi", "watch", "quit", "reset" -> true;
            default -> false;
        };
    }

    /** Keeps the call for EXEC and replies QUEUED, or refuses it and spoils the transaction. */
    void queue(Call call) {
        Client client = call.client();
        CommandQueue queue = client.commandQueue();
        if (queue == null || !queue.add(call)) {
            client.failExec();
            call.reply().error("ERR transaction too large: 'connections' has no memory for another command; it uses "
                    + server.connections().usedBytes() + " of " + server.connections().maxBytes() + " bytes");
            return;
        }
        call.reply().simple("QUEUED");
    }

    public void multi(Call call) {
        if (call.client().inMulti()) {
            call.reply().error("ERR MULTI calls can not be nested");
            return;
        }
        call.client().setMulti(true);
        call.reply().ok();
    }

    public void discard(Call call) {
        if (!call.client().inMulti()) {
            call.reply().error("ERR DISCARD without MULTI");
            return;
        }
        abandon(call.client());
        call.reply().ok();
    }

    /** Forgets queued commands and watched keys. */
    public void abandon(Client client) {
        client.dropCommandQueue();
        client.setMulti(false);
        server.watches().unwatch(client);
        client.clearWatchBroken();
    }

    public void exec(Call call) {
        Client client = call.client();
        ReplyWriter reply = call.reply();
        if (!client.inMulti()) {
            reply.error("ERR EXEC without MULTI");
            return;
        }
        if (client.execFails()) {
            abandon(client);
            reply.error("EXECABORT Transaction discarded because of previous errors.");
            return;
        }
        if (client.isWatchBroken() || Watches.hasExpired(client, server.nowMillis())) {
            abandon(client);
            reply.nilArray();
            return;
        }
        server.watches().unwatch(client);
        client.clearWatchBroken();
        CommandQueue queue = client.commandQueue();
        int commands = queue == null ? 0 : queue.commands();
        if (queue == null || commands == 0) {
            abandon(client);
            reply.array(0);
            return;
        }
        runAll(client, reply, queue, commands);
        abandon(client);
    }

    /** True when one of the commands that the call's client has queued fits. */
    public boolean hasAny(Call call, Predicate<Call> wanted) {
        CommandQueue queue = call.client().commandQueue();
        if (queue == null) {
            return false;
        }
        boolean found = false;
        Call inner = new Call(server, parser, call.reply());
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            begin(inner, call.client());
            found |= server.dispatcher().findQueued(inner) != null && wanted.test(inner);
            parser.clearTable();
        }
        return found;
    }

    /** How many errors the commands of the transaction that just ran have replied; asked once. */
    long takeInnerErrors() {
        long errors = innerErrors;
        innerErrors = 0;
        return errors;
    }

    private void runAll(Client client, ReplyWriter reply, CommandQueue queue, int commands) {
        Dispatcher dispatcher = server.dispatcher();
        Admission admission = dispatcher.admission();
        Call inner = new Call(server, parser, reply);
        String refusal = admit(client, inner, queue, admission);
        if (refusal != null) {
            admission.end();
            reply.error("EXECABORT Transaction discarded because of: " + refusal);
            return;
        }
        long errorsBefore = reply.errors();
        reply.array(commands);
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            begin(inner, client);
            Command command = dispatcher.findQueued(inner);
            if (command == null) {
                reply.error("ERR unknown command");
            } else {
                runOrRefuse(inner, command, admission);
            }
            parser.clearTable();
        }
        innerErrors = reply.errors() - errorsBefore;
        admission.end();
    }

    /** The user's rules may have changed since MULTI, and what the command needs since the transaction was admitted. */
    private void runOrRefuse(Call inner, Command command, Admission admission) {
        String refusal = inner.client().user().isUnrestricted() ? null : server.acl().refusalAtExec(inner, command);
        if (refusal == null) {
            Compartment full = admission.admitNext(inner);
            refusal = full == null ? null : Admission.refusal(full);
        }
        if (refusal == null) {
            server.dispatcher().runQueued(inner, command);
        } else {
            inner.reply().error(refusal);
            server.statistics().countError(refusal);
        }
    }

    private void begin(Call inner, Client client) {
        inner.begin(client, parser.firstArgument(), parser.argumentCount());
        inner.setTransaction(true);
    }

    /** Sums what all commands may need per compartment and asks once. Answers the refusal's text, or null. */
    private @Nullable String admit(Client client, Call inner, CommandQueue queue, Admission admission) {
        int databaseBefore = client.database();
        admission.begin();
        forEach(client, inner, queue, admission, false);
        Compartment refusing = admission.decide();
        boolean nothingNeeded = refusing == null || forEach(client, inner, queue, admission, true);
        client.setDatabase(databaseBefore);
        if (refusing != null && !nothingNeeded) {
            return Admission.refusal(refusing);
        }
        if (refusing != null) {
            admission.decideWithoutGrowth();
        }
        admission.beginTransaction(refusing != null);
        return null;
    }

    /** One look over the queue: adds up bounds, or asks each whether it needs nothing. SELECT within the queue is followed. */
    private boolean forEach(Client client, Call inner, CommandQueue queue, Admission admission, boolean askNeed) {
        Dispatcher dispatcher = server.dispatcher();
        int databaseBefore = client.database();
        boolean nothingNeeded = true;
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            begin(inner, client);
            Command command = dispatcher.findQueued(inner);
            if (command != null && command.name().equals("select")) {
                long database = inner.longOr(1, -1);
                if (database >= 0 && database < 16) {
                    client.setDatabase((int) database);
                }
            } else if (command != null && command.writes() && command.keySpecs() > 0) {
                if (askNeed) {
                    nothingNeeded &= Admission.needsNothing(inner);
                } else {
                    admission.add(inner);
                }
            }
            parser.clearTable();
        }
        client.setDatabase(databaseBefore);
        return nothingNeeded;
    }

    public void watch(Call call) {
        if (call.client().inMulti()) {
            call.reply().error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        if (!call.client().isWatchBroken()) {
            for (int i = 1; i < call.count(); i++) {
                if (call.client().watchedKeys() >= WATCHED_MAX) {
                    call.reply()
                        .error("ERR WATCH: this connection watches " + WATCHED_MAX + " keys already, that is the most; UNWATCH first");
                    return;
                }
                if (server.watches().isFull()) {
                    call.reply().error("ERR WATCH: all connections together watch " + KeyLink.LINKS_MAX
                            + " keys already, that is the most; UNWATCH or close some");
                    return;
                }
                server.watches().watch(call.client(), call.eachPeek(i));
            }
        }
        call.reply().ok();
    }

    /** Links to watched keys lie on the heap, so their number has a limit. */
    private static final int WATCHED_MAX = 10_000;

    public void unwatch(Call call) {
        server.watches().unwatch(call.client());
        call.client().clearWatchBroken();
        call.reply().ok();
    }
}
