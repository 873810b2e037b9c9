// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * How a compartment tells what happens in it: every primitive that changes a key calls one method here, and nothing else does.
 *
 * <p>Owns the one {@link Effect} that is filled again and again; owner thread of the compartment. While nobody listens, telling is a load and a branch. The
 * primitives that commands live on look at {@link #heard} themselves: at the end of a command's long chain of inlined methods the compiler inlines nothing
 * more, and a call with six arguments cost SET a tenth. It is a field for the same reason.
 */
final class Effects {
    private final int compartment;
    private final Effect effect = new Effect();
    private @Nullable EffectSink sink;
    private EffectGroup group;
    private boolean inGroup;
    /** Somebody listens. */
    boolean heard;

    Effects(int compartment, EffectGroup group) {
        this.compartment = compartment;
        this.group = group;
    }

    /** Between commands. */
    void listen(@Nullable EffectSink listener) {
        if (inGroup) {
            throw new IllegalStateException("a listener cannot come or go within a group of effects");
        }
        sink = listener;
        heard = listener != null;
    }

    /** Who executes commands on this compartment from now on. Between commands. */
    void follow(EffectGroup executor) {
        group = executor;
    }

    void endGroup(long number, int compartments) {
        inGroup = false;
        if (sink != null) {
            sink.end(number, compartments);
        }
    }

    // ---------------------------------------------------------------- keys

    void deleted(Key key) {
        if (sink != null) {
            effect.count = elements(key);
            tell(sink, EffectKind.DELETED, key, 0);
        }
    }

    private static long elements(Key key) {
        if (key.entry == 0) {
            return 0;
        }
        int kind = key.kind();
        boolean sorted = kind == BlockKind.ZSET_PACKED || kind == BlockKind.ZSET_LARGE;
        return ListValues.isList(kind) ? ListValues.length(key) : sorted ? SortedSetValues.count(key) : 0;
    }

    /** Gone without a command, so outside of its group: {@link EffectKind#EXPIRED} or {@link EffectKind#EVICTED}. */
    void gone(EffectKind kind, long entry) {
        if (sink != null) {
            fill(kind, EntryLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry), 0);
            sink.effect(effect);
        }
    }

    void renamed(Key from, Key to) {
        if (sink != null) {
            tell(sink, EffectKind.RENAMED, from, to.database, to.address, to.length);
        }
    }

    void copied(Key from, Key to) {
        if (sink != null) {
            tell(sink, EffectKind.COPIED, from, to.database, to.address, to.length);
        }
    }

    void deadlineSet(Key key, long atMillis) {
        if (sink != null) {
            tell(sink, EffectKind.DEADLINE_SET, key, atMillis);
        }
    }

    void deadlineRemoved(Key key) {
        if (sink != null) {
            tell(sink, EffectKind.DEADLINE_REMOVED, key, 0);
        }
    }

    void cleared() {
        if (sink != null) {
            tellDatabase(sink, EffectKind.CLEARED, 0, 0);
        }
    }

    void databaseCleared(int database) {
        if (sink != null) {
            tellDatabase(sink, EffectKind.DATABASE_CLEARED, database, 0);
        }
    }

    void databasesSwapped(int one, int other) {
        if (sink != null) {
            tellDatabase(sink, EffectKind.DATABASES_SWAPPED, one, other);
        }
    }

    // ---------------------------------------------------------------- strings

    void stringSet(Key key, long address, long length) {
        if (sink != null) {
            tell(sink, EffectKind.STRING_SET, key, 0, address, (int) length);
        }
    }

    void numberSet(Key key, long number) {
        if (sink != null) {
            tell(sink, EffectKind.NUMBER_SET, key, number);
        }
    }

    void stringWritten(Key key, long offset, long address, long length) {
        if (sink != null) {
            tell(sink, EffectKind.STRING_WRITTEN, key, offset, address, (int) length);
        }
    }

    // ---------------------------------------------------------------- lists

    void listPushed(Key key, boolean head, long element, int length) {
        if (sink != null) {
            tell(sink, EffectKind.LIST_PUSHED, key, end(head), element, length);
        }
    }

    void listDropped(Key key, boolean head, long elements) {
        if (sink != null) {
            effect.count = elements;
            tell(sink, EffectKind.LIST_DROPPED, key, end(head));
        }
    }

    void listSet(Key key, long index, long element, int length) {
        if (sink != null) {
            tell(sink, EffectKind.LIST_SET, key, index, element, length);
        }
    }

    void listInserted(Key key, long index, long element, int length) {
        if (sink != null) {
            tell(sink, EffectKind.LIST_INSERTED, key, index, element, length);
        }
    }

    void listRemoved(Key key, boolean fromHead, long elements, long element, int length) {
        if (sink != null) {
            effect.count = elements;
            tell(sink, EffectKind.LIST_REMOVED, key, end(fromHead), element, length);
        }
    }

    private static long end(boolean head) {
        return head ? Effect.HEAD : Effect.TAIL;
    }

    // ---------------------------------------------------------------- hashes, sets, sorted sets

    void fieldSet(Key key, long field, int fieldLength, long value, int valueLength) {
        if (sink != null) {
            effect.second.set(value, valueLength);
            tell(sink, EffectKind.FIELD_SET, key, 0, field, fieldLength);
        }
    }

    void fieldRemoved(Key key, long field, int length) {
        if (sink != null) {
            tell(sink, EffectKind.FIELD_REMOVED, key, 0, field, length);
        }
    }

    void memberAdded(Key key, long member, int length) {
        if (sink != null) {
            tell(sink, EffectKind.MEMBER_ADDED, key, 0, member, length);
        }
    }

    void memberRemoved(Key key, long member, int length) {
        if (sink != null) {
            tell(sink, EffectKind.MEMBER_REMOVED, key, 0, member, length);
        }
    }

    void scoreSet(Key key, double score, long member, int length) {
        if (sink != null) {
            tell(sink, EffectKind.SCORE_SET, key, Double.doubleToRawLongBits(score), member, length);
        }
    }

    void scoreRemoved(Key key, long member, int length) {
        if (sink != null) {
            tell(sink, EffectKind.SCORE_REMOVED, key, 0, member, length);
        }
    }

    void ranksRemoved(Key key, long from, long width) {
        if (sink != null) {
            effect.count = width;
            tell(sink, EffectKind.RANKS_REMOVED, key, from);
        }
    }

    // ---------------------------------------------------------------- streams

    void streamCreated(Key key) {
        if (sink != null) {
            tell(sink, EffectKind.STREAM_CREATED, key, 0);
        }
    }

    void streamField(Key key, long field, int fieldLength, long value, int valueLength) {
        if (sink != null) {
            effect.second.set(value, valueLength);
            tell(sink, EffectKind.STREAM_FIELD, key, 0, field, fieldLength);
        }
    }

    void streamAdded(Key key, long millis, long sequence) {
        id(EffectKind.STREAM_ADDED, key, millis, sequence);
    }

    void streamRemoved(Key key, long millis, long sequence) {
        id(EffectKind.STREAM_REMOVED, key, millis, sequence);
    }

    private void id(EffectKind kind, Key key, long millis, long sequence) {
        if (sink != null) {
            effect.count = sequence;
            tell(sink, kind, key, millis);
        }
    }

    void streamTrimmed(Key key, long entries, long left) {
        id(EffectKind.STREAM_TRIMMED, key, left, entries);
    }

    void streamState(Key key, long state, int length) {
        if (sink != null) {
            tell(sink, EffectKind.STREAM_STATE, key, 0, state, length);
        }
    }

    void groupSet(Key key, boolean isNew, long group, int length, long state, int stateLength) {
        if (sink != null) {
            effect.second.set(state, stateLength);
            tell(sink, EffectKind.GROUP_SET, key, isNew ? 1 : 0, group, length);
        }
    }

    void groupRemoved(Key key, long group, int length) {
        if (sink != null) {
            tell(sink, EffectKind.GROUP_REMOVED, key, 0, group, length);
        }
    }

    void consumerCreated(Key key, long group, int length, long consumer, int consumerLength, long seenMillis) {
        if (sink != null) {
            effect.second.set(consumer, consumerLength);
            tell(sink, EffectKind.CONSUMER_CREATED, key, seenMillis, group, length);
        }
    }

    void consumerRemoved(Key key, long group, int length, long consumer, int consumerLength) {
        if (sink != null) {
            effect.second.set(consumer, consumerLength);
            tell(sink, EffectKind.CONSUMER_REMOVED, key, 0, group, length);
        }
    }

    void pendingTimes(Key key, long deliveredMillis, int deliveries) {
        id(EffectKind.PENDING_TIMES, key, deliveredMillis, deliveries);
    }

    void pendingSet(Key key, long group, int length, long consumer, int consumerLength, long millis, long sequence) {
        if (sink != null) {
            effect.second.set(consumer, consumerLength);
            effect.count = sequence;
            tell(sink, EffectKind.PENDING_SET, key, millis, group, length);
        }
    }

    void pendingRemoved(Key key, long group, int length, long millis, long sequence) {
        if (sink != null) {
            effect.count = sequence;
            tell(sink, EffectKind.PENDING_REMOVED, key, millis, group, length);
        }
    }

    // ---------------------------------------------------------------- telling

    private void tell(EffectSink to, EffectKind kind, Key key, long number, long first, int firstLength) {
        effect.first.set(first, firstLength);
        tell(to, kind, key, number);
    }

    private void tell(EffectSink to, EffectKind kind, Key key, long number) {
        fill(kind, key.database, key.address, key.length, number);
        send(to);
    }

    private void tellDatabase(EffectSink to, EffectKind kind, int database, long number) {
        fill(kind, database, 0, 0, number);
        send(to);
    }

    private void fill(EffectKind kind, int database, long key, int keyLength, long number) {
        effect.kind = kind;
        effect.database = database;
        effect.key.set(key, keyLength);
        effect.number = number;
    }

    private void send(EffectSink to) {
        if (!inGroup) {
            inGroup = true;
            to.begin(group.join(compartment));
        }
        to.effect(effect);
        effect.count = 0;
        effect.first.set(0, 0);
        effect.second.set(0, 0);
    }
}
