// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.keyspace.EffectSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A compartment's stream, copied to the heap; insists on the order that {@link EffectSink} promises. */
public final class EffectLog implements EffectSink {
    /** What one effect said; {@code thread} is who told it. */
    public record Entry(EffectKind kind, int database, String key, long number, long count, String first, String second, String thread) {
        static Entry of(Effect effect) {
            return new Entry(effect.kind, effect.database, text(effect.key.bytes()), effect.number, effect.count,
                    text(effect.first.bytes()),
                    text(effect.second.bytes()), Thread.currentThread().getName());
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }

        /** The same but for who told it, and why and with how many elements a key went. */
        Entry plain() {
            boolean deleted = isGone() || kind == EffectKind.DELETED;
            return new Entry(deleted ? EffectKind.DELETED : kind, database, key, number, deleted ? 0 : count, first, second, "");
        }

        boolean isGone() {
            return kind == EffectKind.EXPIRED || kind == EffectKind.EVICTED;
        }
    }

    public final List<Entry> entries = new ArrayList<>();
    /** Compartments of each complete group. */
    public final Map<Long, Integer> groups = new LinkedHashMap<>();
    private long open;
    private long last;
    private int inOpen;

    @Override
    public void begin(long group) {
        assertThat(open).as("group %d begins in another one", group).isZero();
        assertThat(group).as("groups rise").isGreaterThan(last);
        open = group;
        last = group;
        inOpen = 0;
    }

    @Override
    public void effect(Effect effect) {
        Entry entry = Entry.of(effect);
        assertThat(open != 0 || entry.isGone()).as("%s stands outside of a group", entry).isTrue();
        inOpen++;
        entries.add(entry);
    }

    @Override
    public void end(long group, int compartments) {
        assertThat(group).as("the group that ends is the one that is open").isEqualTo(open);
        assertThat(inOpen).as("effects of group %d", group).isPositive();
        groups.put(group, compartments);
        open = 0;
    }

    public boolean isOpen() {
        return open != 0;
    }
}
