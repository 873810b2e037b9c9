// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Estimates what a range of keys holds, with reads only and a bounded number of them: random keys first; where those meet too few, a part of a SCAN.
 *
 * <p>About 30 ms of the server's time at most. Owns nothing; one thread, that of the session.
 */
final class Previewer {
    private static final int RANDOM_BATCH = 500;
    private static final int RANDOM_BATCHES_MAX = 8;
    /** So many keys of the range are looked at closely. */
    private static final int SAMPLE = 200;
    private static final int SCAN_CALLS_MAX = 20;
    private static final int SCAN_COUNT = 1_000;
    private static final int EXAMPLES = 5;
    private static final double NORMAL_95 = 1.96;

    private final Nodes.Session session;
    private final KeyRange range;
    private final List<String> guardedWords;
    private final Set<String> met = new LinkedHashSet<>();
    /** Draws that met a key of the range, the same one twice counted twice. */
    private int hits;

    private final Set<String> types = new LinkedHashSet<>();
    private final Set<String> guarded = new LinkedHashSet<>();
    private long[] sizes = {};
    private long[] idle = {};
    private long withTtl;
    private long looked;

    Previewer(Nodes.Session session, KeyRange range, List<String> guardedWords) {
        this.session = session;
        this.range = range;
        this.guardedWords = guardedWords;
    }

    /** Of the node's database that is selected. */
    Preview preview() throws IOException, RefusedException {
        if (range.exact()) {
            met.add(range.bytes());
            look();
            long bytes = Arrays.stream(sizes).sum();
            return looked == 0 ? Preview.NONE : make(1, 0, bytes, 0);
        }
        long all = NodeFacts.need(session.ask("DBSIZE"), "DBSIZE").asLong();
        int draws = all == 0 ? 0 : drawAtRandom();
        if (met.size() < SAMPLE) {
            scan();
        }
        look();
        if (looked == 0) {
            return Preview.NONE;
        }
        double part = draws == 0 ? 0 : (double) hits / draws;
        long keys = Math.max(met.size(), Math.round(all * part));
        long keysMargin = draws == 0 ? 0 : Math.round(NORMAL_95 * all * Math.sqrt(Math.max(part * (1 - part), 1d / draws) / draws));
        double mean = Arrays.stream(sizes).average().orElse(0);
        double spread = Math.sqrt(Arrays.stream(sizes).mapToDouble(size -> (size - mean) * (size - mean)).average().orElse(0));
        double bytesMargin = Math.hypot(keysMargin * mean, NORMAL_95 * keys * spread / Math.sqrt(sizes.length));
        return make(keys, keysMargin, Math.round(keys * mean), Math.round(bytesMargin));
    }

    private Preview make(long keys, long keysMargin, long bytes, long bytesMargin) {
        Arrays.sort(idle);
        List<String> examples = met.stream().limit(EXAMPLES).map(Command::quote).toList();
        return new Preview(keys, keysMargin, bytes, bytesMargin, (double) withTtl / looked, looked,
                idle.length == 0 ? -1 : idle[idle.length / 2], List.copyOf(types), examples, List.copyOf(guarded));
    }

    /** Answers the number of keys drawn; fewer than asked for when keys vanish meanwhile. */
    private int drawAtRandom() throws IOException {
        int draws = 0;
        for (int batch = 0; batch < RANDOM_BATCHES_MAX && hits < SAMPLE; batch++) {
            for (Reply reply : session.ask(Collections.nCopies(RANDOM_BATCH, Command.of("RANDOMKEY")))) {
                if (reply instanceof Reply.Bulk) {
                    draws++;
                    String key = NodeFacts.text(reply);
                    if (range.covers(key)) {
                        hits++;
                        met.add(key);
                    }
                }
            }
        }
        return draws;
    }

    private void scan() throws IOException {
        String cursor = "0";
        for (int call = 0; call < SCAN_CALLS_MAX && met.size() < SAMPLE; call++) {
            Reply reply = session.ask("SCAN", cursor, "MATCH", range.glob(), "COUNT", Integer.toString(SCAN_COUNT));
            if (reply.isFailure()) {
                return;
            }
            cursor = NodeFacts.text(reply.asList().getFirst());
            NodeFacts.strings(reply.asList().get(1)).stream().filter(range::covers).forEach(met::add);
            if (cursor.equals("0")) {
                return;
            }
        }
    }

    private void look() throws IOException {
        List<String> keys = met.stream().limit(SAMPLE).toList();
        List<Command> commands = new ArrayList<>();
        for (String key : keys) {
            commands.add(Command.of("TYPE", key));
            commands.add(Command.of("PTTL", key));
            // Never more samples: the whole of a big value would be walked.
            commands.add(Command.of("MEMORY", "USAGE", key, "SAMPLES", "5"));
            commands.add(Command.of("OBJECT", "IDLETIME", key));
        }
        List<Reply> replies = commands.isEmpty() ? List.of() : session.ask(commands);
        List<Long> bytes = new ArrayList<>();
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String type = NodeFacts.text(replies.get(4 * i));
            if (type.equals("none")) {
                continue;
            }
            looked++;
            types.add(type.isEmpty() ? "unknown" : type);
            withTtl += NodeFacts.whole(replies.get(4 * i + 1), -1) >= 0 ? 1 : 0;
            bytes.add(NodeFacts.whole(replies.get(4 * i + 2), 0));
            if (replies.get(4 * i + 3) instanceof Reply.Whole whole) {
                seconds.add(whole.value());
            }
            if (isGuarded(keys.get(i)) && guarded.size() < EXAMPLES) {
                guarded.add(Command.quote(keys.get(i)));
            }
        }
        sizes = bytes.stream().mapToLong(Long::longValue).toArray();
        idle = seconds.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether a part of the name begins with a guarded word, whatever its case. */
    private boolean isGuarded(String key) {
        for (String part : key.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)) {
            for (String word : guardedWords) {
                if (!word.isEmpty() && part.startsWith(word.toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }
}
