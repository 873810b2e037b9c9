// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Lanes;
import dev.cofferdam.server.net.EventLoop;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Our replicas: who follows, who is getting the file, and the one stream that all of them get.
 *
 * <p>Owns the list of replicas, the session of those that are loading, and what hears the compartments' effects. Event loop, except that a lane tells effects to
 * the feed it was given. What always holds: nobody listens to a compartment while there is no replica; a unit of the stream stands together; a
 * replica that does not read costs {@code connections} no more than its limit, and commands nothing.
 *
 * <p>A session begins when every compartment is heard: a lane that was at work before is let go first. From then on the snapshot says of each effect whether the
 * file will have it.
 */
public final class Replication implements Lanes.Watcher {
    /** What a slice of the snapshot may take of a turn of the loop. */
    private static final long SLICE_NANOS = 250_000;
    /** One unit may be this part of what connections may use. */
    private static final int UNIT_SHARE = 8;
    private static final int MARK_BYTES = 40;

    private final Server server;
    private final Keyspace keyspace;
    private final StreamSender sender;
    private final List<Replica> replicas = new ArrayList<>();
    private @Nullable Feed loopFeed;
    private final List<CompartmentFeed> feeds = new ArrayList<>();
    private @Nullable Session session;
    private boolean isFed;
    /** Bytes of the stream since the start. */
    private long offset;
    private long pingMillis;
    private long fullSyncs;
    private long lostUnits;

    public Replication(Server server) {
        this.server = server;
        this.keyspace = server.keyspace();
        this.sender = new StreamSender(server.connections());
    }

    /** Replicas want to hear of commands. A lane may see an older answer than the loop, but none from before it was handed what it works on. */
    public boolean isFed() {
        return isFed;
    }

    // ---------------------------------------------------------------- executing

    /** Runs the call's handler so that its effects are known to be its own; on the thread that executes it. */
    public void run(Call call) {
        EffectGroup own = call.isInLane() ? call.laneEffects() : null;
        EffectGroup executor = own != null ? own : keyspace.effectGroup();
        Object outer = executor.cause;
        long errors = call.reply().errors();
        executor.cause = call;
        try {
            call.command().handler().run(call);
        } finally {
            executor.cause = outer;
        }
        Feed feed = feedOf(executor);
        if (feed == null || call.wantsLane()) {
            return;
        }
        if (Verbs.isSentAsAsked(call) && call.reply().errors() == errors) {
            feed.endCommand();
            feed.asAsked(call);
            tellSnapshot(call);
            if (feed.open == 0) {
                feed.endUnit();
                unitEnded(feed);
            }
        }
        feed.endCommand();
    }

    private @Nullable Feed feedOf(EffectGroup executor) {
        if (executor == keyspace.effectGroup()) {
            return loopFeed;
        }
        for (CompartmentFeed each : feeds) {
            if (each.executor == executor) {
                return each.feed;
            }
        }
        return null;
    }

    /** Compartments that were empty told nothing, but what comes to be in them is no longer the file's. */
    private void tellSnapshot(Call call) {
        Session loading = session;
        String name = call.command().name();
        if (loading == null || loading.over || !name.startsWith("flush")) {
            return;
        }
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            loading.snapshot.cleared(i, name.equals("flushall") ? -1 : call.client().database());
        }
    }

    /** A feed has a whole unit: the loop's is sent, a lane's waits until that is done. */
    void unitEnded(Feed feed) {
        if (feed == loopFeed) {
            send(feed);
        }
    }

    private void send(Feed feed) {
        if (feed.isEmpty()) {
            return;
        }
        Session loading = feed.session;
        if (feed.isLost()) {
            lostUnits++;
            server.events()
                .log("replication-lost; a command's effects need more memory than 'connections' has for them, or were those of one"
                        + " compartment as a whole; replicas are cut and come again");
            for (Replica replica : List.copyOf(replicas)) {
                if (replica.isFollowing() && replica.state != Replica.State.WAITING) {
                    replica.client.close("replication-lost");
                }
            }
        } else {
            long toAll = feed.isFollowed ? sender.send(feed.whole, replicas, each -> isServed(each, loading)) : 0;
            offset += toAll;
            if (loading != null) {
                sendLate(feed, loading, toAll);
            }
        }
        feed.clear();
    }

    /** A replica that has its file, and gets what all get. */
    private static boolean isServed(Replica replica, @Nullable Session notOf) {
        Session own = replica.session;
        return own != null && own.over && own != notOf;
    }

    private void sendLate(Feed feed, Session loading, long toAll) {
        if (!loading.over) {
            loading.streamBytes += sender.sendLate(feed.late, loading);
            return;
        }
        // A lane that began before the file's end: its replicas follow the others, and both must have the same number of bytes.
        long late = sender.sendLate(feed.late, loading);
        sender.forgetDatabase();
        if (late > toAll) {
            sender.pad(late - toAll, replicas, each -> isServed(each, loading));
            offset += late - toAll;
        } else {
            sender.pad(toAll - late, loading.replicas, each -> !each.fileOnly);
        }
    }

    private void aim(Feed feed) {
        Session loading = session;
        boolean followed = false;
        for (Replica replica : replicas) {
            followed |= isServed(replica, null);
        }
        feed.aim(followed, loading == null || loading.over ? null : loading);
    }

    // ---------------------------------------------------------------- lanes

    @Override
    public void handedOver(int compartments, EffectGroup executor) {
        Feed loops = loopFeed;
        if (loops == null || compartments == 0) {
            return;
        }
        Feed feed = feedOf(executor);
        if (feed == null && loops.open != 0) {
            feed = loops; // the rest of a transaction: what it did so far goes with it
            for (CompartmentFeed each : feeds) {
                each.feed = each.feed == loops ? renewed(loops) : each.feed;
            }
        } else if (feed == null) {
            feed = newFeed();
        }
        for (CompartmentFeed each : feeds) {
            if ((compartments & 1 << each.compartment.id()) != 0) {
                each.feed = feed;
                each.executor = executor;
            }
        }
    }

    /** The loop's feed after the one it had went to a lane. */
    private Feed renewed(Feed gone) {
        Feed current = loopFeed;
        if (current == null || current == gone) {
            current = newFeed();
            loopFeed = current;
        }
        return current;
    }

    private Feed newFeed() {
        Feed feed = new Feed(server.connections(), server.connections().maxBytes() / UNIT_SHARE);
        aim(feed);
        return feed;
    }

    @Override
    public void tookBack(int compartments) {
        Feed loops = loopFeed;
        if (loops == null) {
            return;
        }
        for (CompartmentFeed each : feeds) {
            if ((compartments & 1 << each.compartment.id()) != 0) {
                Feed lanes = each.feed;
                each.feed = loops;
                each.executor = keyspace.effectGroup();
                if (lanes != loops) {
                    lanes.endUnit();
                    send(lanes);
                    lanes.close();
                }
            }
        }
    }

    // ---------------------------------------------------------------- listening

    /** Hears every compartment that is here; true when all are heard. */
    private boolean listen() {
        Feed feed = loopFeed;
        if (feed == null) {
            feed = newFeed();
            loopFeed = feed;
            server.lanes().setWatcher(this);
        }
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            Compartment compartment = keyspace.compartment(i);
            if (!isHeard(compartment) && !compartment.isInLane()) {
                CompartmentFeed own = new CompartmentFeed(this, compartment, feed, keyspace.effectGroup());
                feeds.add(own);
                compartment.listen(own);
            }
        }
        isFed = true;
        return feeds.size() == keyspace.compartmentCount();
    }

    private boolean isHeard(Compartment compartment) {
        for (CompartmentFeed each : feeds) {
            if (each.compartment == compartment) {
                return true;
            }
        }
        return false;
    }

    /** Nobody follows: stops listening wherever nothing is under way, the rest later. */
    private void stopListening() {
        isFed = false;
        for (int i = feeds.size() - 1; i >= 0; i--) {
            CompartmentFeed each = feeds.get(i);
            if (!each.compartment.isInLane()) {
                each.compartment.listen(null);
                feeds.remove(i);
            }
        }
        Feed loops = loopFeed;
        if (feeds.isEmpty() && loops != null) {
            server.lanes().setWatcher(Lanes.NOBODY);
            loops.close();
            loopFeed = null;
            sender.close();
        }
    }

    // ---------------------------------------------------------------- replicas

    /** What the client has said as a replica; made when it first does. */
    public Replica replica(Client client) {
        Replica found = find(client);
        if (found == null) {
            found = new Replica(client, client.replicaLink());
            replicas.add(found);
        }
        return found;
    }

    private @Nullable Replica find(Client client) {
        for (Replica replica : replicas) {
            if (replica.client == client) {
                return replica;
            }
        }
        return null;
    }

    /** SYNC or PSYNC: the client is a replica from here on. */
    public void follow(Client client, boolean saysOffset) {
        Replica replica = replica(client);
        if (replica.isFollowing()) {
            return;
        }
        if (!anyFollows()) {
            pingMillis = server.nowMillis();
        }
        replica.state = Replica.State.WAITING;
        replica.saysOffset = saysOffset;
        client.setReplica(true);
        server.events().log("replica-asks id=" + client.id() + " addr=" + client.peer() + " port=" + replica.port);
    }

    /** REPLCONF ACK. */
    public void acknowledge(Client client, long bytes) {
        Replica replica = find(client);
        if (replica == null || !replica.isFollowing()) {
            return;
        }
        replica.acknowledged = Math.max(replica.acknowledged, bytes);
        replica.acknowledgedMillis = server.nowMillis();
        Session own = replica.session;
        if (replica.state == Replica.State.LOADING && own != null && own.over) {
            putOnline(replica);
        }
        EventLoop loop = server.loop();
        if (loop != null) {
            loop.replicasAcknowledged();
        }
    }

    private void putOnline(Replica replica) {
        replica.state = Replica.State.ONLINE;
        replica.acknowledgedMillis = server.nowMillis();
        replica.link.release();
        server.events().log("replica-online id=" + replica.client.id() + " addr=" + replica.client.peer() + " port=" + replica.port);
    }

    /** The client is gone. */
    public void forget(Client client) {
        Replica replica = replicas.isEmpty() ? null : find(client);
        if (replica == null) {
            return;
        }
        replicas.remove(replica);
        replica.link.close();
        Session own = replica.session;
        if (own != null) {
            own.replicas.remove(replica);
        }
        if (replica.isFollowing()) {
            server.events().log("replica-gone id=" + client.id() + " addr=" + client.peer() + " state=" + replica.state.redisName());
        }
    }

    // ---------------------------------------------------------------- the loop's turns

    /** Between commands, once a turn: goes on with the snapshot, begins the next one. */
    public void turn() {
        if (replicas.isEmpty() && feeds.isEmpty()) {
            return;
        }
        Session loading = session;
        if (loading != null) {
            advance(loading);
        }
        if (session == null && anyWaits()) {
            begin();
        }
        if (!anyFollows()) {
            stopListening();
        }
    }

    /** Work is to be done that nobody's message will wake the loop for. */
    public boolean hasWork() {
        Session loading = session;
        return loading != null && loading.snapshot.isReady() && loading.roomBytes() > 0;
    }

    private boolean anyWaits() {
        for (Replica replica : replicas) {
            if (replica.state == Replica.State.WAITING) {
                return true;
            }
        }
        return false;
    }

    private boolean anyFollows() {
        for (Replica replica : replicas) {
            if (replica.isFollowing()) {
                return true;
            }
        }
        return false;
    }

    private void begin() {
        Feed feed = loopFeed;
        if (!listen() || !sender.isReady() || feed != null && feed.open != 0) {
            return; // tried again next turn
        }
        String id = server.operations().runId();
        Session next = new Session(Snapshot.begin(server, id, offset), offset, mark());
        session = next;
        for (Replica replica : replicas) {
            if (replica.state == Replica.State.WAITING) {
                next.replicas.add(replica);
            }
        }
        for (Replica replica : List.copyOf(next.replicas)) {
            replica.state = Replica.State.LOADING;
            replica.session = next;
            replica.acknowledgedMillis = server.nowMillis();
            if (replica.saysOffset) {
                sender.line(replica.client, "+FULLRESYNC " + id + " " + offset);
            }
            if (replica.takesMark) {
                sender.line(replica.client, "$EOF:" + next.mark);
            }
            if (!replica.fileOnly) {
                replica.link.hold();
            }
        }
        fullSyncs++;
        server.events().log("replica-snapshot-began replicas=" + next.replicas.size() + " offset=" + offset);
        aimLoop();
    }

    private String mark() {
        byte[] bytes = new byte[MARK_BYTES / 2];
        server.random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void aimLoop() {
        Feed feed = loopFeed;
        if (feed != null) {
            aim(feed);
        }
    }

    private void advance(Session loading) {
        if (loading.replicas.isEmpty()) {
            end(loading);
            return;
        }
        boolean complete = loading.snapshot.advance(SLICE_NANOS, loading);
        for (Replica replica : List.copyOf(loading.replicas)) {
            if (replica.isRefused) {
                refuse(replica);
            }
        }
        String failure = loading.snapshot.failure();
        if (failure != null) {
            server.events().log("replica-snapshot-failed reason=\"" + failure + "\"; replicas are cut and come again");
            for (Replica replica : List.copyOf(loading.replicas)) {
                replica.client.close("snapshot-failed");
            }
            end(loading);
        } else if (complete) {
            complete(loading);
        }
    }

    private void refuse(Replica replica) {
        server.events().log("replica-refused id=" + replica.client.id() + " addr=" + replica.client.peer() + " file_bytes_so_far="
                + replica.link.asideBytes() + " connections_max_bytes=" + server.connections().maxBytes()
                + "; it did not say REPLCONF capa eof, so its whole file would have to be kept");
        sender.ahead(replica.link,
                "-ERR the file is larger than 'connections' can keep until its length is known; say REPLCONF capa eof before SYNC,"
                        + " or raise the max of 'connections'\r\n");
        replica.client.closeAfterReply();
        replica.link.finish();
        forget(replica.client);
    }

    private void end(Session loading) {
        loading.over = true;
        loading.snapshot.close();
        session = null;
        aimLoop();
    }

    private void complete(Session loading) {
        boolean alone = true;
        for (Replica replica : replicas) {
            alone &= !isServed(replica, null);
        }
        long keys = loading.snapshot.keys();
        long bytes = loading.snapshot.takenBytes();
        long before = loading.beganAt;
        end(loading);
        for (Replica replica : List.copyOf(loading.replicas)) {
            if (replica.takesMark) {
                sender.ahead(replica.link, loading.mark);
            } else {
                sender.ahead(replica.link, "$" + replica.link.asideBytes() + "\r\n");
                replica.link.sendAside();
            }
        }
        // Who followed before has the whole stream behind it, who comes to it only a part: from here on the numbers are the same for all.
        if (alone) {
            offset = before + loading.streamBytes;
        } else if (before + loading.streamBytes > offset) {
            sender.pad(before + loading.streamBytes - offset, replicas, each -> isServed(each, loading));
            offset = before + loading.streamBytes;
        } else {
            sender.pad(offset - before - loading.streamBytes, loading.replicas, each -> !each.fileOnly);
        }
        sender.forgetDatabase();
        for (Replica replica : List.copyOf(loading.replicas)) {
            if (replica.fileOnly) {
                replica.client.closeAfterReply();
                replica.link.finish();
            } else if (!replica.takesMark) {
                putOnline(replica);
            }
        }
        server.events().log("replica-snapshot-done keys=" + keys + " bytes=" + bytes + " replicas=" + loading.replicas.size());
    }

    // ---------------------------------------------------------------- cron

    /** Every tenth of a second. */
    public void cron(long now) {
        if (replicas.isEmpty()) {
            return;
        }
        boolean ping = now - pingMillis >= server.settings().replicaPingMillis() || now < pingMillis;
        if (ping) {
            pingMillis = now;
            ping();
        }
        long timeout = server.settings().replicaTimeoutMillis();
        for (Replica replica : List.copyOf(replicas)) {
            if (replica.isFollowing() && replica.saysOffset && replica.acknowledgedMillis != 0 && replica.state == Replica.State.ONLINE
                    && now - replica.acknowledgedMillis > timeout) {
                server.events().log("replica-silent id=" + replica.client.id() + " addr=" + replica.client.peer() + " silent_ms="
                        + (now - replica.acknowledgedMillis) + " repl_timeout_ms=" + timeout + "; it is cut and comes again");
                replica.client.close("replica-silent");
            }
        }
    }

    private void ping() {
        for (Replica replica : List.copyOf(replicas)) {
            if (replica.state == Replica.State.WAITING) {
                sender.newline(replica.client);
            }
        }
        Feed feed = loopFeed;
        Session loading = session;
        if (feed == null || feed.open != 0) {
            return;
        }
        long sent = sender.ping(replicas, each -> isServed(each, null));
        offset += sent > 0 ? sent : 0;
        if (loading != null && !loading.over) {
            loading.streamBytes += sender.ping(loading.replicas, each -> !each.fileOnly);
        }
    }

    /** Asks all replicas how far they are: WAIT. */
    public void askForAcknowledgements() {
        Feed feed = loopFeed;
        if (feed != null && feed.open == 0) {
            offset += sender.getAck(replicas, each -> isServed(each, null));
        }
    }

    // ---------------------------------------------------------------- facts

    /** Replicas that follow or are about to. */
    public List<Replica> following() {
        return replicas.stream().filter(Replica::isFollowing).toList();
    }

    /** Of those that have their file: how many say they have so many bytes of the stream. */
    public int acknowledgedBy(long bytes) {
        int count = 0;
        for (Replica replica : replicas) {
            count += replica.state == Replica.State.ONLINE && replica.acknowledged >= bytes ? 1 : 0;
        }
        return count;
    }

    /** Bytes of the stream since the start. */
    public long offset() {
        return offset;
    }

    /** Files that were begun. */
    public long fullSyncs() {
        return fullSyncs;
    }

    /** Units of the stream that could not be kept or said, so that replicas had to come again. */
    public long lostUnits() {
        return lostUnits;
    }
}
