// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.client.KeyLink;
import dev.cofferdam.server.client.Watches;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * MULTI to EXEC: commands are kept as RESP in a buffer that the {@code connections} account pays for, then run in one go by a {@link TransactionRun}.
 *
 * <p>Owns the loop's run, what is left of transactions that went to a lane, and a parser and a call to look queues over with. Event loop only, but for {@link #exec}
 * of a call in a lane.
 */
public final class Transactions {
    private final Server server;
    private final RespParser parser = new RespParser(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final Call scanned;
    private @Nullable TransactionRun loopsRun;
    /** By the client's number; from the loop's decision until the lane's command is over. */
    private final Map<Long, TransactionRun.Rest> rests = new ConcurrentHashMap<>();

    public Transactions(Server server) {
        this.server = server;
        this.scanned = new Call(server, parser, new ReplyWriter(new Nowhere()));
    }

    /** Looking a queue over replies nothing. */
    private static final class Nowhere implements ReplyRoom {
        @Override
        public void makeRoom(ReplyWriter writer, int bytes) {
            throw new IllegalStateException("a reply to nobody");
        }

        @Override
        public boolean takeReference(ReplyWriter writer, long address, long length) {
            return false;
        }
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
        CommandQueue queue = client.commandQueue();
        if (call.isInLane()) {
            TransactionRun.Rest rest = rests.get(client.id());
            if (rest == null || queue == null) {
                throw new IllegalStateException("no transaction to go on with");
            }
            new TransactionRun(server, call, rest).execute(call, queue);
            return;
        }
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
        int commands = queue == null ? 0 : queue.commands();
        if (queue == null || commands == 0) {
            abandon(client);
            reply.array(0);
            return;
        }
        run(call, queue, commands);
    }

    private void run(Call call, CommandQueue queue, int commands) {
        TransactionRun run = loopsRun;
        if (run == null || run.reply() != call.reply()) {
            run = new TransactionRun(server, call.reply());
            loopsRun = run;
        }
        run.begin();
        int database = call.client().database();
        boolean many = commands > server.settings().laneThresholdElements() && scan(call.client(), queue, database, false) != 0;
        if (!many && run.execute(call, queue)) {
            abandon(call.client());
            return;
        }
        // Of nothing but scripts that name no key the first compartment's lane takes care, which is free then.
        int compartments = scan(call.client(), queue, database, false);
        rests.put(call.client().id(), run.rest(compartments == 0 ? 1 : compartments));
        call.goOnInLane();
    }

    /** Event loop: the call, which ran in a lane, is over, and nothing of it is needed any more. */
    public void over(Call call) {
        if (rests.remove(call.client().id()) != null) {
            abandon(call.client());
        }
    }

    /** Bits of the compartments that an EXEC of the client needs for itself. */
    int compartmentsOf(Client client) {
        TransactionRun.Rest rest = rests.get(client.id());
        if (rest != null) {
            return rest.compartments();
        }
        CommandQueue queue = client.inMulti() && !client.execFails() ? client.commandQueue() : null;
        return queue == null || queue.commands() == 0 ? 0 : scan(client, queue, client.database(), true);
    }

    /**
     * Bits of the compartments of all queued commands.
     *
     * @param database the one that is selected before the first of them
     * @param free whether those count too that a script might turn out to touch: in a lane it asks for them when it does
     */
    private int scan(Client client, CommandQueue queue, int database, boolean free) {
        int databaseBefore = client.database();
        int bits = 0;
        client.setDatabase(database);
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            scanned.begin(client, parser.firstArgument(), parser.argumentCount());
            Command command = server.dispatcher().findQueued(scanned);
            if (command != null && command.name().equals("select")) {
                TransactionRun.follow(scanned);
            } else if (command != null) {
                bits |= free && command.runsScript() ? server.lanes().all() : server.lanes().compartmentsOf(scanned);
            }
            parser.clearTable();
        }
        client.setDatabase(databaseBefore);
        return bits;
    }

    /** True when one of the commands that the call's client has queued fits. */
    public boolean hasAny(Call call, Predicate<Call> wanted) {
        CommandQueue queue = call.client().commandQueue();
        if (queue == null) {
            return false;
        }
        boolean found = false;
        parser.start(queue.address(), queue.address() + queue.bytes());
        while (parser.next() == RespParser.COMMAND) {
            scanned.begin(call.client(), parser.firstArgument(), parser.argumentCount());
            found |= server.dispatcher().findQueued(scanned) != null && wanted.test(scanned);
            parser.clearTable();
        }
        return found;
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
