// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.CostGovernor;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Link;
import dev.cofferdam.watch.probe.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the target about keys, at its price: each command is charged to the governor. Owns nothing; the link is the probe's. One thread.
 *
 * <p>Each question names its database first, since the one before may have been about another.
 */
final class Asking {
    /** Names longer than this are not sent back to ask about them. */
    private static final int NAME_MAX = 64 * 1024;
    /** Elements of a collection that MEMORY USAGE looks at. Never 0, which means all and blocks the server. */
    private static final String ELEMENTS = "5";

    private final Probe probe;
    private final Clock clock;
    private long untilNanos;
    private boolean unhurried = true;

    /** A key that was met. */
    record Met(int database, byte[] name, long bytes, boolean withoutTtl) {
    }

    Asking(Probe probe) {
        this.probe = probe;
        this.clock = probe.clock();
    }

    /** From now on so much time may pass in questions that can wait: a slow target must not keep the next look waiting. */
    void hurry(Duration time) {
        untilNanos = clock.monotonicNanos() + time.toNanos();
        unhurried = false;
    }

    void takeTime() {
        unhurried = true;
    }

    /** Whether there is time for another of many questions. */
    boolean hasTime() {
        return unhurried || clock.monotonicNanos() - untilNanos < 0;
    }

    boolean can(Capability capability) {
        return probe.capabilities().has(capability);
    }

    CostGovernor governor() {
        return probe.governor();
    }

    private Link link() throws IOException {
        Link link = probe.link();
        if (link == null) {
            throw new IOException("no connection");
        }
        return link;
    }

    List<Reply> ask(List<Request> requests) throws IOException {
        return link().ask(requests);
    }

    /** Only the database the link came to is there for a user who may not choose. */
    List<InfoText.Database> databases(InfoText info) {
        List<InfoText.Database> databases = info.databases();
        int own = probe.address().database();
        return can(Capability.SELECT) ? databases : databases.stream().filter(each -> each.number() == own).toList();
    }

    private void select(List<Request> requests, int database) {
        if (can(Capability.SELECT)) {
            requests.add(Request.of("SELECT").and(database));
        }
    }

    /** So many random keys of a database, with sizes; fewer when some are gone before they could be asked about. */
    List<Met> randomKeys(int database, int count) throws IOException {
        List<Request> requests = new ArrayList<>();
        select(requests, database);
        int before = requests.size();
        for (int i = 0; i < count; i++) {
            requests.add(Request.of("RANDOMKEY"));
        }
        List<Reply> replies = ask(requests);
        governor().charge(Work.RANDOM_KEY, count);
        List<byte[]> names = new ArrayList<>();
        for (Reply reply : replies.subList(before, replies.size())) {
            if (reply instanceof Reply.Bulk bulk) {
                names.add(bulk.bytes());
            }
        }
        return sizes(database, names, true);
    }

    /** Keys with their sizes; those that are gone are left out, and a size that we may not know is 0. */
    List<Met> sizes(int database, List<byte[]> names, boolean withTtl) throws IOException {
        boolean usage = can(Capability.MEMORY_USAGE);
        boolean ttl = withTtl && can(Capability.TIME_TO_LIVE);
        List<Request> requests = new ArrayList<>();
        select(requests, database);
        int before = requests.size();
        for (byte[] name : names) {
            boolean sent = name.length <= NAME_MAX;
            if (usage && sent) {
                requests.add(Request.of("MEMORY", "USAGE").and(name).and("SAMPLES").and(ELEMENTS));
            }
            if (ttl && sent) {
                requests.add(Request.of("PTTL").and(name));
            }
        }
        List<Reply> replies = requests.size() == before ? List.of() : ask(requests);
        governor().charge(Work.MEMORY_USAGE, usage ? names.size() : 0);
        governor().charge(Work.TIME_TO_LIVE, ttl ? names.size() : 0);
        List<Met> met = new ArrayList<>();
        int at = before;
        for (byte[] name : names) {
            boolean sent = name.length <= NAME_MAX;
            long bytes = sent ? 0 : name.length;
            boolean gone = false;
            if (usage && sent) {
                Reply reply = replies.get(at++);
                gone = reply instanceof Reply.Nothing;
                bytes = reply instanceof Reply.Whole whole ? whole.value() : 0;
            }
            long left = 0;
            if (ttl && sent) {
                left = replies.get(at++) instanceof Reply.Whole whole ? whole.value() : 0;
            }
            if (!gone && left != -2) {
                met.add(new Met(database, name, bytes, left == -1));
            }
        }
        return met;
    }

    /** Type and number of elements of each; the number is 0 where the type has none we know how to ask for. */
    List<Length> lengths(int database, List<byte[]> names, List<String> types) throws IOException {
        List<Request> requests = new ArrayList<>();
        select(requests, database);
        int before = requests.size();
        for (int i = 0; i < names.size(); i++) {
            String command = lengthCommand(types.get(i));
            if (command != null) {
                requests.add(Request.of(command).and(names.get(i)));
            }
        }
        List<Reply> replies = requests.size() == before ? List.of() : ask(requests);
        governor().charge(Work.LENGTH, names.size());
        List<Length> lengths = new ArrayList<>();
        int at = before;
        for (int i = 0; i < names.size(); i++) {
            boolean asked = lengthCommand(types.get(i)) != null;
            lengths.add(new Length(asked && replies.get(at++) instanceof Reply.Whole whole ? whole.value() : 0));
        }
        return lengths;
    }

    /** Number of elements of one key. */
    record Length(long elements) {
    }

    private static @Nullable String lengthCommand(String type) {
        return switch (type) {
            case "list" -> "LLEN";
            case "stream" -> "XLEN";
            case "zset" -> "ZCARD";
            case "set" -> "SCARD";
            case "hash" -> "HLEN";
            case "string" -> "STRLEN";
            default -> null;
        };
    }

    List<String> types(int database, List<byte[]> names) throws IOException {
        if (!can(Capability.TYPE)) {
            return names.stream().map(name -> "").toList();
        }
        List<Request> requests = new ArrayList<>();
        select(requests, database);
        int before = requests.size();
        names.forEach(name -> requests.add(Request.of("TYPE").and(name)));
        List<Reply> replies = ask(requests);
        governor().charge(Work.TYPE, names.size());
        return replies.subList(before, replies.size()).stream()
            .map(reply -> reply instanceof Reply.Status status ? KeyText.word(status.text()) : "").toList();
    }

    /** One step of a walk over all keys: the next cursor and some names. */
    Step scan(int database, String cursor, int count) throws IOException {
        List<Request> requests = new ArrayList<>();
        select(requests, database);
        requests.add(Request.of("SCAN", cursor, "COUNT").and(count));
        Reply reply = ask(requests).getLast();
        governor().charge(Work.SCANNED_KEY, count);
        List<byte[]> names = new ArrayList<>();
        if (!(reply instanceof Reply.Items items) || items.items().size() != 2) {
            return new Step("0", names);
        }
        for (Reply name : items.items().get(1).asList()) {
            if (name instanceof Reply.Bulk bulk && bulk.bytes().length <= NAME_MAX) {
                names.add(bulk.bytes());
            }
        }
        return new Step(String.valueOf(items.items().getFirst().asText()), names);
    }

    /** Cursor {@code 0} is the end. */
    record Step(String cursor, List<byte[]> names) {
    }
}
