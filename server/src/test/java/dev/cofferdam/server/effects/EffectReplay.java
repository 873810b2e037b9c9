// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.ValueType;
import dev.cofferdam.server.dump.Dumps;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A second keyspace that is made of nothing but effects: each is applied by the primitive that told it. Its clock stands still, so that nothing goes but
 * what the stream says; it has room for everything, so that nothing is evicted or refused.
 */
public final class EffectReplay implements AutoCloseable {
    private static final long MAX_BYTES = 256L << 20;
    private static final int SCRATCH_BYTES = 4 << 20;
    private static final long SLACK_BYTES = 4096;

    private final Arena arena = Arena.open(MAX_BYTES, 1 << 15);
    private final Account account = arena.account("scratch", SCRATCH_BYTES, 16 * SCRATCH_BYTES, false);
    private final long scratch = account.takeRun(SCRATCH_BYTES);
    private int used;
    public final Keyspace keyspace;

    /** @param seed unlike the source's: neither hashes nor places are part of an effect */
    public EffectReplay(List<CompartmentOptions> compartments, Router router, long nowMillis, long seed) {
        List<CompartmentOptions> roomy = new ArrayList<>();
        for (CompartmentOptions options : compartments) {
            roomy.add(new CompartmentOptions(options.name(), 0, MAX_BYTES, FullPolicy.REJECT));
        }
        keyspace = new Keyspace(arena, new Clock() {
            @Override
            public long wallMillis() {
                return nowMillis;
            }

            @Override
            public long monotonicNanos() {
                return 0;
            }
        }, seed, roomy, router, PrefixBooks.LEARNED);
    }

    @Override
    public void close() {
        arena.audit();
        arena.close();
    }

    private long put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Mem.copyFrom(bytes, 0, scratch + used, bytes.length);
        used += bytes.length;
        return scratch + used - bytes.length;
    }

    private Key key(int database, String name) {
        Key key = new Key();
        key.set(database, put(name), name.length());
        keyspace.locate(key);
        return key;
    }

    /** For what tests need beside. */
    Account account() {
        return account;
    }

    /** Makes a key that is absent out of a dump. */
    void restore(int database, String name, String dump, long expiresAt) {
        used = 0;
        Key key = key(database, name);
        assertThat(key.exists()).as("%s is absent", name).isFalse();
        long address = put(dump);
        long bytes = Dumps.measure(key, address, dump.length(), account);
        assertThat(bytes).as("a whole dump").isPositive();
        admit(key.compartment(), bytes);
        assertThat(Dumps.restore(key, expiresAt != 0, address, dump.length(), account)).isTrue();
        if (expiresAt != 0) {
            key.compartment().expireAt(key, expiresAt);
        }
        key.compartment().endCommand();
        keyspace.effectGroup().end();
    }

    /** Applies an effect of the stream of this compartment. */
    public void apply(Compartment compartment, EffectLog.Entry effect) {
        used = 0;
        switch (effect.kind()) {
            case CLEARED -> compartment.clear();
            case DATABASE_CLEARED -> compartment.clearDatabase(effect.database());
            case DATABASES_SWAPPED -> {
                admit(compartment, 16 * compartment.keyCount());
                compartment.swapDatabases(effect.database(), (int) effect.number());
            }
            default -> {
                Key key = key(effect.database(), effect.key());
                assertThat(key.compartment()).as("%s is in the stream of its compartment", effect).isSameAs(compartment);
                apply(compartment, effect, key);
            }
        }
        compartment.endCommand();
        keyspace.effectGroup().end();
    }

    private static void admit(Compartment compartment, long bytes) {
        assertThat(compartment.admit(bytes + SLACK_BYTES)).as("the replica has room for %d bytes", bytes).isTrue();
    }

    private void apply(Compartment compartment, EffectLog.Entry effect, Key key) {
        checkKey(effect, key);
        long first = put(effect.first());
        int length = effect.first().length();
        switch (effect.kind()) {
            case DELETED, EXPIRED, EVICTED -> compartment.delete(key);
            case RENAMED -> {
                Key to = key((int) effect.number(), effect.first());
                assertThat(to.exists()).as("%s names an absent key", effect).isFalse();
                admit(compartment, compartment.transfer().renameBytes(key, to));
                compartment.transfer().rename(again(key), to);
            }
            case COPIED -> {
                Key to = key((int) effect.number(), effect.first());
                assertThat(to.exists()).as("%s names an absent key", effect).isFalse();
                admit(compartment, compartment.transfer().copyBytes(key) + to.length);
                compartment.transfer().copy(again(key), to);
            }
            case DEADLINE_SET -> {
                admit(compartment, compartment.deadlineBytes(key));
                compartment.expireAt(again(key), effect.number());
            }
            case DEADLINE_REMOVED -> compartment.persist(key);
            case STRING_SET -> {
                admit(compartment, StringValues.growthBySetRaw(key, length));
                StringValues.setRaw(again(key), first, length);
            }
            case NUMBER_SET -> {
                admit(compartment, StringValues.growthBySetLong(key));
                StringValues.setLong(again(key), effect.number(), false);
            }
            case STRING_WRITTEN -> {
                admit(compartment, StringValues.growthByEdit(key, Math.max(StringValues.length(key), effect.number() + length)));
                StringValues.setRange(again(key), effect.number(), first, length);
            }
            case LIST_PUSHED, LIST_DROPPED, LIST_SET, LIST_INSERTED, LIST_REMOVED -> applyToList(compartment, effect, key, first, length);
            case FIELD_SET -> {
                long value = put(effect.second());
                admit(compartment, HashValues.putBound(key, 1, length + effect.second().length()));
                compartment.hashes().put(again(key), first, length, value, effect.second().length());
            }
            case FIELD_REMOVED -> assertThat(compartment.hashes().remove(key, first, length)).as("%s", effect).isTrue();
            case MEMBER_ADDED -> {
                admit(compartment, SetValues.addBound(key, 1, length));
                assertThat(compartment.sets().add(again(key), first, length)).as("%s", effect).isTrue();
            }
            case MEMBER_REMOVED -> assertThat(compartment.sets().remove(key, first, length)).as("%s", effect).isTrue();
            case SCORE_SET, SCORE_REMOVED, RANKS_REMOVED -> applyToSortedSet(compartment, effect, key, first, length);
            case STREAM_CREATED, STREAM_FIELD, STREAM_ADDED, STREAM_REMOVED, STREAM_TRIMMED, STREAM_STATE, GROUP_SET, GROUP_REMOVED,
                    CONSUMER_CREATED, CONSUMER_REMOVED, PENDING_TIMES, PENDING_SET, PENDING_REMOVED ->
                applyToStream(compartment, effect, key, first, length);
            case CLEARED, DATABASE_CLEARED, DATABASES_SWAPPED -> throw new IllegalStateException(effect + " has no key");
        }
    }

    /** The key is there and holds what the effect is about, unless the effect may be what makes it. */
    private static void checkKey(EffectLog.Entry effect, Key key) {
        ValueType type = switch (effect.kind()) {
            case STRING_WRITTEN -> ValueType.STRING;
            case LIST_PUSHED, LIST_DROPPED, LIST_SET, LIST_INSERTED, LIST_REMOVED -> ValueType.LIST;
            case FIELD_SET, FIELD_REMOVED -> ValueType.HASH;
            case MEMBER_ADDED, MEMBER_REMOVED -> ValueType.SET;
            case SCORE_SET, SCORE_REMOVED, RANKS_REMOVED -> ValueType.ZSET;
            case STREAM_FIELD, STREAM_ADDED, STREAM_REMOVED, STREAM_TRIMMED, STREAM_STATE, GROUP_SET, GROUP_REMOVED, CONSUMER_CREATED,
                    CONSUMER_REMOVED, PENDING_TIMES, PENDING_SET, PENDING_REMOVED ->
                ValueType.STREAM;
            default -> null;
        };
        boolean makes = switch (effect.kind()) {
            case STRING_SET, NUMBER_SET, STRING_WRITTEN, LIST_PUSHED, FIELD_SET, MEMBER_ADDED, SCORE_SET, STREAM_CREATED -> true;
            default -> false;
        };
        assertThat(makes || key.exists()).as("%s names a key", effect).isTrue();
        assertThat(type == null || !key.exists() || ValueType.of(key.kind()) == type).as("%s fits what is there", effect).isTrue();
    }

    private void applyToList(Compartment compartment, EffectLog.Entry effect, Key key, long first, int length) {
        ListValues lists = compartment.lists();
        admit(compartment, lists.editBound(key.length) + lists.elementBound(length));
        again(key);
        boolean head = effect.number() == Effect.HEAD;
        switch (effect.kind()) {
            case LIST_PUSHED -> lists.push(key, head, first, length);
            case LIST_DROPPED -> {
                assertThat(effect.count()).as("%s leaves some", effect).isPositive().isLessThan(ListValues.length(key));
                lists.dropMany(key, head, effect.count());
            }
            case LIST_SET -> {
                assertThat(lists.cursor().seek(key, effect.number())).as("%s", effect).isTrue();
                lists.set(key, lists.cursor(), first, length);
            }
            case LIST_INSERTED -> {
                boolean before = effect.number() < ListValues.length(key);
                assertThat(lists.cursor().seek(key, before ? effect.number() : effect.number() - 1)).as("%s", effect).isTrue();
                lists.insert(key, lists.cursor(), before, first, length);
            }
            default -> assertThat(lists.removeEqual(key, head, effect.count(), first, length)).as("%s", effect).isEqualTo(effect.count());
        }
    }

    private void applyToSortedSet(Compartment compartment, EffectLog.Entry effect, Key key, long first, int length) {
        SortedSetValues values = compartment.sortedSets();
        admit(compartment, SortedSetValues.growthBound(key, 1, length));
        again(key);
        switch (effect.kind()) {
            case SCORE_SET -> {
                if (values.find(key, first, length)) {
                    values.setFound(key, Double.longBitsToDouble(effect.number()));
                } else {
                    values.add(key, first, length, Double.longBitsToDouble(effect.number()));
                }
            }
            case SCORE_REMOVED -> {
                assertThat(values.find(key, first, length)).as("%s", effect).isTrue();
                values.removeFound(key);
            }
            default -> values.removeRange(key, effect.number(), effect.count());
        }
    }

    /** Fields of the entry that is added next. */
    private final List<String> fields = new ArrayList<>();
    private EffectLog.Entry times;

    private void applyToStream(Compartment compartment, EffectLog.Entry effect, Key key, long first, int length) {
        StreamValues values = compartment.streams();
        StreamGroups groups = compartment.streamGroups();
        if (effect.kind() == EffectKind.STREAM_FIELD) {
            fields.add(effect.first());
            fields.add(effect.second());
            return;
        }
        if (effect.kind() == EffectKind.PENDING_TIMES) {
            times = effect;
            return;
        }
        int bytes = fields.stream().mapToInt(String::length).sum();
        admit(compartment,
                values.appendBound(key, fields.size() / 2, bytes) + StreamGroups.pendingBound(key, 1, length + effect.second().length()));
        again(key);
        long second = put(effect.second());
        int secondLength = effect.second().length();
        long group = key.exists() && length > 0 ? groups.group(key, first, length) : 0;
        long millis = effect.number();
        long sequence = effect.count();
        switch (effect.kind()) {
            case STREAM_CREATED -> {
                assertThat(key.exists()).as("%s names an absent key", effect).isFalse();
                values.create(key);
            }
            case STREAM_ADDED -> {
                values.beginEntry();
                for (int i = 0; i < fields.size(); i += 2) {
                    values.addField(put(fields.get(i)), fields.get(i).length(), put(fields.get(i + 1)), fields.get(i + 1).length());
                }
                fields.clear();
                values.append(key, millis, sequence);
            }
            case STREAM_REMOVED -> assertThat(values.remove(key, millis, sequence)).as("%s", effect).isTrue();
            case STREAM_TRIMMED ->
                assertThat(values.trimToLength(key, StreamValues.length(key) - sequence, false, 0)).as("%s", effect).isEqualTo(sequence);
            case STREAM_STATE ->
                values.setState(key, Mem.getLong(first), Mem.getLong(first + 8), Mem.getLong(first + 16), Mem.getLong(first + 24),
                        Mem.getLong(first + 32));
            case GROUP_SET -> {
                if (group == 0) {
                    groups.createGroup(key, first, length, Mem.getLong(second), Mem.getLong(second + 8), Mem.getLong(second + 16));
                } else {
                    groups.setGroup(key, group, Mem.getLong(second), Mem.getLong(second + 8), Mem.getLong(second + 16));
                }
            }
            case PENDING_REMOVED -> groups.removePending(key, group, found(effect, groups.pending(key, group, millis, sequence)));
            case GROUP_REMOVED -> groups.removeGroup(key, found(effect, group));
            case CONSUMER_CREATED -> groups.createConsumer(key, found(effect, group), second, secondLength, millis);
            case CONSUMER_REMOVED ->
                groups.removeConsumer(key, found(effect, group), found(effect, groups.consumer(key, group, second, secondLength)));
            default -> groups.setPending(key, found(effect, group), found(effect, groups.consumer(key, group, second, secondLength)),
                    millis, sequence,
                    found(effect, times == null ? 0 : times.number()), (int) times.count());
        }
    }

    private static long found(EffectLog.Entry effect, long block) {
        assertThat(block).as("%s names something", effect).isNotZero();
        return block;
    }

    /** Admission may have moved the entry. */
    private static Key again(Key key) {
        key.compartment().locate(key);
        return key;
    }
}
