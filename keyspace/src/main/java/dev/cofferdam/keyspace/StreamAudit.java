// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Walks a stream and compares it with what its record and its pending entries say of each other. Owner thread; changes nothing. */
final class StreamAudit {
    private final long root;
    private long previous;
    private @Nullable String found;
    private long entries;
    private long blocks;
    private long bytes;
    private final Set<Integer> groups = new HashSet<>();
    private final Map<Integer, Integer> groupOfConsumer = new HashMap<>();
    /** "group consumer id" as the group has it, and as the consumer has it. */
    private final Set<String> pending = new HashSet<>();
    private final Set<String> owned = new HashSet<>();
    private final Map<Integer, Set<String>> ownedBy = new HashMap<>();

    private StreamAudit(long entry) {
        root = EntryLayout.valueAddress(entry);
    }

    /** What does not add up in the stream of this entry; null when all does. */
    static @Nullable String trouble(long entry) {
        return new StreamAudit(entry).check();
    }

    /** Hands on the blocks that lie in runs. */
    static void runs(long entry, LongConsumer found) {
        long node = LargeSortedSetLayout.root(EntryLayout.valueAddress(entry));
        if (node != 0) {
            each(node, block -> {
                if (BlockLayout.isRun(block)) {
                    found.accept(block);
                }
            });
        }
    }

    private static void each(long node, LongConsumer visitor) {
        for (int i = 0; i < TreeLayout.count(node); i++) {
            if (TreeLayout.isLeaf(node)) {
                visitor.accept(TreeLayout.slot(node, i));
            } else {
                each(TreeLayout.slot(node, i), visitor);
            }
        }
    }

    private @Nullable String check() {
        long node = LargeSortedSetLayout.root(root);
        if (node != 0) {
            each(node, block -> {
                if (found == null) {
                    found = block(previous, block);
                }
                previous = block;
            });
        }
        if (found != null) {
            return found;
        }
        if (blocks != LargeSortedSetLayout.count(root) || bytes != LargeSortedSetLayout.elementBytes(root)) {
            return "has " + blocks + " blocks of " + bytes + " bytes, its record says " + LargeSortedSetLayout.count(root) + " of "
                    + LargeSortedSetLayout.elementBytes(root);
        }
        if (entries != StreamLayout.length(root)) {
            return "has " + entries + " entries, its record says " + StreamLayout.length(root);
        }
        for (Map.Entry<Integer, Set<String>> each : ownedBy.entrySet()) {
            Integer group = groupOfConsumer.get(each.getKey());
            if (group == null) {
                return "entries are pending for consumer number " + each.getKey() + ", whom no group has";
            }
            each.getValue().forEach(id -> owned.add(group + " " + each.getKey() + " " + id));
        }
        return pending.equals(owned) ? null : "pending by group " + pending.size() + ", by consumer " + owned.size() + ", or not the same";
    }

    private @Nullable String block(long before, long block) {
        blocks++;
        bytes += BlockLayout.roundedBytes(BlockLayout.bytes(block));
        if (BlockLayout.isDead(block) || BlockLayout.owner(block) != LargeSortedSetLayout.id(root)) {
            return "a block is dead or another stream's";
        }
        if (before != 0 && !isBefore(before, block)) {
            return "block " + blocks + " is out of order";
        }
        String id = StreamLayout.idMillis(block) + "-" + StreamLayout.idSequence(block);
        switch (BlockLayout.kind(block)) {
            case BlockKind.STREAM_CHUNK -> {
                return chunk(block);
            }
            case BlockKind.STREAM_GROUP -> groups.add(StreamLayout.groupNumber(block));
            case BlockKind.STREAM_CONSUMER ->
                groupOfConsumer.put(StreamLayout.consumerNumber(block), (int) (MemberLayout.score(block) / 4));
            case BlockKind.STREAM_PENDING ->
                pending.add((int) (MemberLayout.score(block) / 4) + " " + StreamLayout.pendingConsumer(block) + " " + id);
            case BlockKind.STREAM_OWNED ->
                ownedBy.computeIfAbsent((int) (MemberLayout.score(block) / 4), number -> new HashSet<>()).add(id);
            default -> {
                return "a block is of kind " + BlockLayout.kind(block);
            }
        }
        return null;
    }

    private static boolean isBefore(long left, long right) {
        double difference = MemberLayout.score(left) - MemberLayout.score(right);
        return difference < 0 || difference == 0 && Mem.compare(MemberLayout.nameAddress(left), MemberLayout.nameLength(left),
                MemberLayout.nameAddress(right), MemberLayout.nameLength(right)) < 0;
    }

    private @Nullable String chunk(long chunk) {
        long at = StreamChunk.firstEntry(chunk);
        int dead = 0;
        for (int i = 0; i < StreamChunk.count(chunk); i++) {
            dead += StreamChunk.flags(at) & StreamChunk.DEAD;
            at = StreamChunk.next(at);
        }
        entries += StreamChunk.live(chunk);
        if (at != chunk + StreamChunk.used(chunk) || StreamChunk.used(chunk) > BlockLayout.bytes(chunk)) {
            return "a chunk uses " + StreamChunk.used(chunk) + " of " + BlockLayout.bytes(chunk) + " bytes and ends elsewhere";
        }
        return dead == StreamChunk.dead(chunk) && StreamChunk.live(chunk) > 0
                ? null
                : "a chunk has " + dead + " dead entries or none that lives";
    }
}
