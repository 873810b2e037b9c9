// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.Memory;
import dev.cofferdam.server.effects.EffectLog;
import dev.cofferdam.server.effects.EffectLog.Entry;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A command that runs in a lane tells its effects there, in their place among those of the commands before and behind it. */
class EffectLaneTest {
    private static final int MEMBERS = 50;

    private final EffectLog first = new EffectLog();
    private final EffectLog other = new EffectLog();

    /** LISTEN begins to record, on the thread that owns the compartments; UNLISTEN ends it, so that this thread may read the logs after its reply. */
    private void declare(CommandTable table) {
        table.group("test").command("LISTEN").summary("Records effects.").since("0.1").complexity("O(1)").arity(Arity.exactly(1))
            .flags(Flag.READONLY).memory(Memory.NEUTRAL).wholeKeyspace().handledBy(call -> listen(call, true));
        table.group("test").command("UNLISTEN").summary("Ends it.").since("0.1").complexity("O(1)").arity(Arity.exactly(1))
            .flags(Flag.READONLY).memory(Memory.NEUTRAL).wholeKeyspace().handledBy(call -> listen(call, false));
    }

    private void listen(Call call, boolean on) {
        call.server().keyspace().compartment(0).listen(on ? first : null);
        call.server().keyspace().compartment(1).listen(on ? other : null);
        call.reply().ok();
    }

    @Test
    void aLaneTellsInOrder() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare);
                RawClient client = harness.connect();
                RawClient beside = harness.connect()) {
            harness.server.settings().setLaneThresholdElements(MEMBERS / 2);
            assertThat(client.ask("LISTEN")).isEqualTo("+OK");
            for (int i = 0; i < MEMBERS; i++) {
                assertThat(client.ask("SADD", "a", "m" + i)).isEqualTo(":1");
                assertThat(beside.ask("SET", "o" + i, "x")).isEqualTo("+OK");
            }
            client.command("SET", "k", "before").command("SUNIONSTORE", "b", "a").command("SET", "k", "behind").command("FLUSHALL")
                .command("SET", "k", "last");
            for (String reply : List.of("+OK", ":" + MEMBERS, "+OK", "+OK", "+OK")) {
                assertThat(client.line()).isEqualTo(reply);
            }
            assertThat(client.ask("FLUSHDB")).isEqualTo("+OK");
            assertThat(client.ask("UNLISTEN")).isEqualTo("+OK");
            assertThat(harness.server.statistics().laneCommands).isPositive();
        }
        List<Entry> entries = first.entries.subList(MEMBERS, first.entries.size());
        assertThat(entries.get(0)).extracting(Entry::first, Entry::thread).containsExactly("before", "event-loop");
        assertThat(entries.subList(1, MEMBERS + 1))
            .allSatisfy(entry -> assertThat(entry).extracting(Entry::kind, Entry::key, Entry::thread)
                .containsExactly(EffectKind.MEMBER_ADDED, "b", "lane-default"));
        assertThat(entries.get(MEMBERS + 1)).extracting(Entry::first, Entry::thread).containsExactly("behind", "event-loop");
        assertThat(entries.get(MEMBERS + 2).kind()).isEqualTo(EffectKind.CLEARED);
        assertThat(entries.get(MEMBERS + 3)).extracting(Entry::first, Entry::thread).containsExactly("last", "event-loop");
        assertThat(entries.subList(MEMBERS + 4, entries.size())).extracting(Entry::kind).containsExactly(EffectKind.CLEARED);
        assertThat(other.entries).hasSize(MEMBERS + 1).last().extracting(Entry::kind).isEqualTo(EffectKind.CLEARED);
        // FLUSHALL of both compartments is one group, and known as such in both streams.
        assertThat(first.groups.entrySet()).containsAll(other.groups.entrySet().stream().filter(group -> group.getValue() == 3).toList())
            .anySatisfy(group -> assertThat(group.getValue()).isEqualTo(3));
        assertThat(first.groups).hasSize(MEMBERS + 6);
    }

    @Test
    void aLaneWithSeveralCompartmentsIsOneGroup() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare); RawClient client = harness.connect()) {
            harness.server.settings().setLaneThresholdElements(MEMBERS / 2);
            for (int i = 0; i < MEMBERS; i++) {
                assertThat(client.ask("SET", "k" + i, "x")).isEqualTo("+OK");
                assertThat(client.ask("SET", "o" + i, "x")).isEqualTo("+OK");
            }
            assertThat(client.ask("LISTEN")).isEqualTo("+OK");
            assertThat(client.ask("SWAPDB", "0", "1")).isEqualTo("+OK");
            assertThat(client.ask("UNLISTEN")).isEqualTo("+OK");
        }
        for (EffectLog log : List.of(first, other)) {
            assertThat(log.entries).hasSize(1).first().extracting(Entry::kind, Entry::number, Entry::thread)
                .containsExactly(EffectKind.DATABASES_SWAPPED, 1L, "lane-default");
            assertThat(log.groups.values()).containsExactly(3);
        }
        assertThat(first.groups.keySet()).isEqualTo(other.groups.keySet());
    }
}
