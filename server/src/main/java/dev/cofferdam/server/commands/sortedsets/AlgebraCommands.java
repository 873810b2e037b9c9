// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Unions, intersections and differences of sorted sets and sets, replied or stored.
 *
 * <p>Owns nothing. No table of what was seen is built: a member of a union is taken from the first source that has it, which the others are asked. The
 * sources are gone through from the smallest on, as Redis does, because the order in which scores are added shows in their last digits.
 */
final class AlgebraCommands {
    private enum Operation { UNION, INTERSECTION, DIFFERENCE }

    /** What receives the result, member by member. */
    private interface Sink {
        /** False when it wants no more. */
        boolean take(AlgebraSource from, double score);
    }

    private AlgebraCommands() {
    }

    static void zunion(Call call) {
        read(call, Operation.UNION);
    }

    static void zinter(Call call) {
        read(call, Operation.INTERSECTION);
    }

    static void zdiff(Call call) {
        read(call, Operation.DIFFERENCE);
    }

    static void zunionstore(Call call) {
        store(call, Operation.UNION, "zunionstore");
    }

    static void zinterstore(Call call) {
        store(call, Operation.INTERSECTION, "zinterstore");
    }

    static void zdiffstore(Call call) {
        store(call, Operation.DIFFERENCE, "zdiffstore");
    }

    // ---------------------------------------------------------------- arguments

    /** What the options of a call said. */
    private static final class Options {
        Aggregate aggregate = Aggregate.SUM;
        boolean withScores;
        /** Of ZINTERCARD; 0 for none. */
        long limit;
    }

    /** Most sources of one command that exist: each is an object on the heap, and every member is looked up in all of them. */
    private static final int SOURCES_MAX = 1024;

    /** The sources named from {@code numberAt} on, without absent ones that make no difference; null when something is wrong, which was replied, or when the lane is to look. */
    private static AlgebraSource @Nullable [] sources(Call call, int numberAt, Operation operation) {
        if (!call.parseLong(numberAt)) {
            return null;
        }
        if (call.number < 1) {
            call.reply().error("ERR at least 1 input key is needed for '" + call.command().name() + "' command");
            return null;
        }
        if (call.number > call.count() - numberAt - 1) {
            call.reply().error(SortedSetKeys.SYNTAX);
            return null;
        }
        int named = (int) call.number;
        if (call.heavy(named)) {
            return null;
        }
        AlgebraSource[] sources = new AlgebraSource[Math.min(named, SOURCES_MAX)];
        int count = 0;
        boolean empty = false;
        for (int i = 0; i < named; i++) {
            Key key = call.eachKey(numberAt + 1 + i);
            call.tellIfMissed(key);
            if (!AlgebraSource.accepts(key)) {
                call.reply().error("WRONGTYPE Operation against a key holding the wrong kind of value");
                return null;
            }
            boolean matters = operation == Operation.INTERSECTION ? !empty : operation == Operation.DIFFERENCE && i == 0;
            if (!key.exists() && !matters) {
                continue;
            }
            empty |= !key.exists();
            if (count == SOURCES_MAX) {
                call.reply().error("ERR '" + call.command().name() + "' of " + named + " keys: more than " + SOURCES_MAX
                        + " of them exist, that is the most; store the result of some and go on with that");
                return null;
            }
            sources[count++] = new AlgebraSource(call.kept(key), i);
        }
        return Arrays.copyOf(sources, count);
    }

    private static @Nullable Options options(Call call, AlgebraSource[] sources, int numberAt, Operation operation, boolean stores) {
        Options options = new Options();
        int named = (int) call.longOr(numberAt, 0);
        int i = numberAt + 1 + named;
        while (i < call.count()) {
            int left = call.count() - i;
            if (operation != Operation.DIFFERENCE && left > named && call.is(i, "WEIGHTS")) {
                int next = 0;
                for (int number = 0; number < named; number++) {
                    if (!call.parseDouble(++i, "ERR weight value is not a float")) {
                        return null;
                    }
                    if (next < sources.length && sources[next].number == number) {
                        sources[next++].weight = call.real;
                    }
                }
            } else if (operation != Operation.DIFFERENCE && left >= 2 && call.is(i, "AGGREGATE")) {
                Aggregate chosen = aggregate(call, ++i);
                if (chosen == null) {
                    call.reply().error(SortedSetKeys.SYNTAX);
                    return null;
                }
                options.aggregate = chosen;
            } else if (!stores && call.is(i, "WITHSCORES")) {
                options.withScores = true;
            } else {
                call.reply().error(SortedSetKeys.SYNTAX);
                return null;
            }
            i++;
        }
        return options;
    }

    private static @Nullable Aggregate aggregate(Call call, int i) {
        for (Aggregate each : Aggregate.values()) {
            if (call.is(i, each.name())) {
                return each;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- commands

    private static void read(Call call, Operation operation) {
        AlgebraSource[] sources = sources(call, 1, operation);
        Options options = sources == null ? null : options(call, sources, 1, operation, false);
        if (sources == null || options == null || call.heavy(work(sources, operation))) {
            return;
        }
        long records = largest(sources, operation);
        long text = 0;
        for (AlgebraSource source : sources) {
            text += source.isTransient() ? 20 * source.count : 0;
        }
        try (ScoredMembers result = ScoredMembers.open(call.server().connections(), records, text)) {
            if (result == null) {
                call.reply().error("OOM command not allowed when used memory > 'maxmemory'. Ordering up to " + records
                        + " members needs more than 'connections' has left; use " + call.command().name().toUpperCase(java.util.Locale.ROOT)
                        + "STORE and ZRANGE");
                return;
            }
            run(sources, operation, options.aggregate, (from, score) -> {
                if (from.isTransient()) {
                    result.addCopy(from.address, from.length, score);
                } else {
                    result.add(from.address, from.length, score);
                }
                return true;
            });
            result.sort();
            ReplyWriter reply = call.reply();
            SortedSetKeys.listHead(reply, result.count(), options.withScores);
            for (long i = 0; i < result.count(); i++) {
                SortedSetKeys.element(reply, result.address(i), result.length(i), result.score(i), options.withScores);
            }
        }
    }

    private static void store(Call call, Operation operation, String event) {
        AlgebraSource[] sources = sources(call, 2, operation);
        Options options = sources == null ? null : options(call, sources, 2, operation, true);
        if (sources == null || options == null || call.heavy(work(sources, operation))) {
            return;
        }
        Destination destination = new Destination(call.key(1));
        run(sources, operation, options.aggregate, (from, score) -> {
            destination.add(from.address, from.length, score);
            return true;
        });
        destination.finish(call, event);
    }

    static void zintercard(Call call) {
        AlgebraSource[] sources = sources(call, 1, Operation.INTERSECTION);
        if (sources == null) {
            return;
        }
        long limit = 0;
        for (int i = 2 + (int) call.longOr(1, 0); i < call.count(); i += 2) {
            if (!call.is(i, "LIMIT") || i + 1 >= call.count()) {
                call.reply().error(SortedSetKeys.SYNTAX);
                return;
            }
            if (!call.tryLong(i + 1) || call.number < 0) {
                call.reply().error("ERR LIMIT can't be negative");
                return;
            }
            limit = call.number;
        }
        if (call.heavy(work(sources, Operation.INTERSECTION))) {
            return;
        }
        long most = limit == 0 ? Long.MAX_VALUE : limit;
        long[] count = new long[1];
        run(sources, Operation.INTERSECTION, Aggregate.SUM, (from, score) -> ++count[0] < most);
        call.reply().integer(count[0]);
    }

    // ---------------------------------------------------------------- the work

    private static void run(AlgebraSource[] given, Operation operation, Aggregate aggregate, Sink sink) {
        switch (operation) {
            case UNION -> unite(bySize(given), aggregate, sink);
            case INTERSECTION -> intersect(bySize(given), aggregate, sink);
            case DIFFERENCE -> subtract(given, sink);
        }
    }

    private static AlgebraSource[] bySize(AlgebraSource[] given) {
        AlgebraSource[] sources = given.clone();
        Arrays.sort(sources, Comparator.comparingLong(source -> source.count));
        return sources;
    }

    private static void unite(AlgebraSource[] sources, Aggregate aggregate, Sink sink) {
        for (int i = 0; i < sources.length; i++) {
            AlgebraSource source = sources[i];
            for (source.begin(); source.next();) {
                if (isInOneOf(sources, 0, i, source)) {
                    continue;
                }
                double score = Aggregate.orZero(source.weight * source.score);
                for (int j = i + 1; j < sources.length; j++) {
                    if (sources[j].find(source.address, source.length)) {
                        score = aggregate.of(score, Aggregate.orZero(sources[j].weight * sources[j].found));
                    }
                }
                if (!sink.take(source, score)) {
                    return;
                }
            }
        }
    }

    private static boolean isInOneOf(AlgebraSource[] sources, int from, int to, AlgebraSource at) {
        for (int i = from; i < to; i++) {
            if (sources[i].find(at.address, at.length)) {
                return true;
            }
        }
        return false;
    }

    private static void intersect(AlgebraSource[] sources, Aggregate aggregate, Sink sink) {
        AlgebraSource smallest = sources[0];
        for (smallest.begin(); smallest.next();) {
            double score = Aggregate.orZero(smallest.weight * smallest.score);
            int found = 1;
            while (found < sources.length && sources[found].find(smallest.address, smallest.length)) {
                score = aggregate.of(score, sources[found].weight * sources[found].found);
                found++;
            }
            if (found == sources.length && !sink.take(smallest, score)) {
                return;
            }
        }
    }

    private static void subtract(AlgebraSource[] sources, Sink sink) {
        AlgebraSource first = sources[0];
        for (first.begin(); first.next();) {
            if (!isInOneOf(sources, 1, sources.length, first) && !sink.take(first, first.score)) {
                return;
            }
        }
    }

    // ---------------------------------------------------------------- sizes

    /** Members of the result, at most. */
    private static long largest(AlgebraSource[] sources, Operation operation) {
        return switch (operation) {
            case UNION -> sum(sources);
            case INTERSECTION -> bySize(sources)[0].count;
            case DIFFERENCE -> sources[0].count;
        };
    }

    /** Look-ups, about. */
    private static long work(AlgebraSource[] sources, Operation operation) {
        return largest(sources, operation) * sources.length;
    }

    private static long sum(AlgebraSource[] sources) {
        long sum = 0;
        for (AlgebraSource source : sources) {
            sum += source.count;
        }
        return sum;
    }

    static long unionBound(Call call) {
        return bound(call, Operation.UNION);
    }

    static long intersectionBound(Call call) {
        return bound(call, Operation.INTERSECTION);
    }

    static long differenceBound(Call call) {
        return bound(call, Operation.DIFFERENCE);
    }

    /** Bytes of the result at most; 0 when the call is wrong, which its handler says. */
    private static long bound(Call call, Operation operation) {
        long named = call.longOr(2, 0);
        if (named < 1 || named > call.count() - 3) {
            return 0;
        }
        long sum = 0;
        long least = Long.MAX_VALUE;
        long first = 0;
        for (int i = 0; i < named; i++) {
            Key key = call.eachPeek(3 + i);
            if (!AlgebraSource.accepts(key)) {
                return 0;
            }
            long bytes = key.exists() ? new AlgebraSource(key, i).membersBound() : 0;
            sum += bytes;
            least = Math.min(least, bytes);
            first = i == 0 ? bytes : first;
        }
        long members = operation == Operation.UNION ? sum : operation == Operation.INTERSECTION ? least : first;
        return members == 0 ? 0 : members + SortedSetValues.createBound(call.peek(1));
    }
}
