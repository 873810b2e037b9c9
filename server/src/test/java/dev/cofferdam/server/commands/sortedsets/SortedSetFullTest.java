// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract at full: what does not grow always works, and what is refused has changed nothing. */
class SortedSetFullTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 3);
    private static final long FULL_BYTES = 4 << 20;

    /** "jobs" (keys that begin with j) is small and gets full; "default" has room. */
    private final CommandHarness harness = new CommandHarness(64 << 20,
            List.of(new CompartmentOptions("jobs", 0, FULL_BYTES, FullPolicy.REJECT),
                    new CompartmentOptions("default", 0, 64 << 20, FullPolicy.REJECT)),
            (database, address, length) -> length > 0 && dev.cofferdam.memory.Mem.getByte(address) == 'j' ? 0 : 1);
    private final Random random = new Random(SEED);
    private int members;

    @AfterEach
    void close() {
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    /** Adds members in order, so that leaves are as full as can be, until the compartment refuses. */
    private void fill() {
        while (run("ZADD", "jobs", Integer.toString(members), "job:" + members).equals(":1\r\n")) {
            members++;
        }
        assertThat(members).isGreaterThan(10_000);
        assertThat(run("ZADD", "jobs", "1", "one more"))
            .startsWith("-OOM command not allowed when used memory > 'maxmemory'. Compartment 'jobs' is full");
    }

    private String member() {
        return "job:" + random.nextInt(members);
    }

    @Test
    void scoresOfMembersThatAreThereCanAlwaysBeChanged() {
        fill();
        for (int i = 0; i < 20_000; i++) {
            String reply = i % 2 == 0
                    ? run("ZADD", "jobs", "CH", Integer.toString(random.nextInt(members)), member())
                    : run("ZINCRBY", "jobs", Integer.toString(random.nextInt(2000) - 1000), member());
            assertThat(reply).as("seed %d step %d", SEED, i).doesNotStartWith("-");
        }
        assertThat(run("ZADD", "jobs", "XX", "1", "nobody")).isEqualTo(":0\r\n");
        assertThat(run("ZCARD", "jobs")).isEqualTo(":" + members + "\r\n");
        assertThat(run("ZADD", "jobs", "1", "one more")).startsWith("-OOM");
        run("MULTI");
        run("ZADD", "jobs", "5", "job:7");
        run("ZPOPMIN", "jobs");
        assertThat(run("EXEC")).startsWith("*2\r\n:0\r\n*2\r\n");
    }

    @Test
    void elementsCanAlwaysBeTakenOut() {
        fill();
        while (members > 0) {
            int taken = 1 + random.nextInt(50);
            String reply = switch (random.nextInt(4)) {
                case 0 -> run("ZPOPMIN", "jobs", Integer.toString(taken));
                case 1 -> run("ZPOPMAX", "jobs", Integer.toString(taken));
                case 2 -> run("ZMPOP", "2", "jnone", "jobs", "MIN", "COUNT", Integer.toString(taken));
                default -> run("ZREMRANGEBYRANK", "jobs", "10", Integer.toString(9 + taken));
            };
            assertThat(reply).doesNotStartWith("-");
            String card = run("ZCARD", "jobs");
            members = Integer.parseInt(card.substring(1, card.length() - 2));
            if (members < 10) {
                run("ZREMRANGEBYRANK", "jobs", "0", "-1");
                members = 0;
            }
        }
        assertThat(run("ZADD", "jobs", "1", "again")).isEqualTo(":1\r\n");
    }

    @Test
    void aThousandMembersAreAddedAllOrNone() {
        fill();
        List<String> command = new ArrayList<>(List.of("ZADD", "jobs"));
        for (int i = 0; i < 1000; i++) {
            command.addAll(List.of(Integer.toString(-i), i % 2 == 0 ? "new:" + i : "job:" + i));
        }
        String before = run("ZRANGE", "jobs", "0", "1000", "WITHSCORES");
        assertThat(run(command.toArray(String[]::new))).startsWith("-OOM");
        assertThat(run("ZRANGE", "jobs", "0", "1000", "WITHSCORES")).isEqualTo(before);
        assertThat(run("ZCARD", "jobs")).isEqualTo(":" + members + "\r\n");
    }

    @Test
    void aResultThatDoesNotFitIsNotStoredAndTheTargetStays() {
        fill();
        run("ZADD", "other", "1", "a", "2", "b");
        for (String[] command : new String[][] {{"ZUNIONSTORE", "jobs", "2", "jobs", "other"}, {"ZRANGESTORE", "jcopy", "jobs", "0", "-1"},
            {"ZDIFFSTORE", "jobs", "2", "jobs", "other"}, {"ZINTERSTORE", "jobs", "2", "jobs", "jobs"}}) {
            assertThat(run(command)).as(command[0]).startsWith("-OOM");
        }
        assertThat(run("ZCARD", "jobs")).isEqualTo(":" + members + "\r\n");
        assertThat(run("ZSCORE", "jobs", "job:5")).isEqualTo("$1\r\n5\r\n");
        // Reading, and storing elsewhere, needs nothing of the full compartment.
        assertThat(run("ZUNION", "2", "jobs", "other")).startsWith("*" + (members + 2) + "\r\n");
        assertThat(run("ZUNIONSTORE", "other", "2", "jobs", "other")).isEqualTo(":" + (members + 2) + "\r\n");
        assertThat(run("ZSCORE", "other", "a")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void smallSetsAtFull() {
        for (int i = 0; i < 50; i++) {
            run("ZADD", "jsmall", Integer.toString(i), "m" + i);
        }
        fill();
        for (int i = 0; i < 1000; i++) {
            assertThat(run("ZADD", "jsmall", Integer.toString(random.nextInt(100)), "m" + random.nextInt(50))).isEqualTo(":0\r\n");
        }
        assertThat(run("ZADD", "jsmall", "1", "new")).startsWith("-OOM");
        assertThat(run("ZADD", "jnew", "1", "new")).startsWith("-OOM");
        assertThat(run("ZREM", "jsmall", "m1")).isEqualTo(":1\r\n");
    }
}
