// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.command.CommandHarness;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The preset of sessions, under a bot that opens session after session by SET or by HSET without a deadline: it is never refused, and the people
 * who were there and came back stay logged in.
 */
class ProtectedSessionsTest {
    private static final long MAX_BYTES = 16 << 20;
    private static final int PEOPLE = 500;
    private static final int BOTS_A_MILLISECOND = 20;
    private static final String VALUE = "v".repeat(200);

    private static CommandHarness sessions() {
        return new CommandHarness(MAX_BYTES + (8 << 20),
                List.of(new CompartmentOptions("sessions", 0, MAX_BYTES, FullPolicy.evictProtecting(1_800_000))),
                (database, address, length) -> 0);
    }

    @Test
    void aSessionThatIsASetIsDroppedWhenNobodyComesBack() {
        flood(new String[][] {{"SET", "#", VALUE, "EX", "1800"}});
        flood(new String[][] {{"SETEX", "#", "1800", VALUE}});
    }

    @Test
    void aLeakedSessionThatIsAHashWithoutDeadlineIsDropped() {
        flood(new String[][] {{"HSET", "#", "creationTime", "1", "sessionAttr:user", VALUE}});
    }

    /** Full of people who came back: a login is refused with place, numbers and policy, instead of being taken and dropped by the next one. */
    @Test
    void whereEverybodyIsProtectedALoginIsRefusedAndNoneIsDropped() {
        try (CommandHarness harness = sessions()) {
            int people = 0;
            while (harness.run("SETEX", "person:" + people, "1800", VALUE).equals("+OK\r\n")) {
                use(harness, "person:" + people++);
            }
            assertThat(people).isGreaterThan(1_000);
            int freed = 600;
            for (int i = 0; i < freed; i++) {
                harness.run("DEL", "person:" + i);
            }
            int logins = 0;
            String reply = harness.run("SETEX", "login:0", "1800", VALUE);
            while (reply.equals("+OK\r\n")) {
                reply = harness.run("SETEX", "login:" + ++logins, "1800", VALUE);
            }
            assertThat(reply).startsWith("-OOM command not allowed when used memory > 'maxmemory'. Compartment 'sessions' is full: ")
                .contains(" of 16.0 MB, policy evict protect 1800s; see COMPARTMENT INFO sessions");
            assertThat(logins).isBetween(freed / 2, freed * 2);
            for (int i = 0; i < logins; i++) {
                use(harness, "login:" + i);
            }
            for (int i = freed; i < people; i++) {
                use(harness, "person:" + i);
            }
        }
    }

    private static void flood(String[][] login) {
        try (CommandHarness harness = sessions()) {
            for (int i = 0; i < PEOPLE; i++) {
                open(harness, login, "person:" + i);
                use(harness, "person:" + i);
            }
            long bots = MAX_BYTES / VALUE.length() * 3;
            for (long i = 0; i < bots; i++) {
                if (i % BOTS_A_MILLISECOND == 0) {
                    harness.advanceMillis(1);
                }
                open(harness, login, "bot:" + i);
            }
            for (int i = 0; i < PEOPLE; i++) {
                use(harness, "person:" + i);
            }
            assertThat(harness.run("EXISTS", "bot:0")).as("the flood was larger than the compartment").isEqualTo(":0\r\n");
        }
    }

    private static void open(CommandHarness harness, String[][] login, String session) {
        for (String[] command : login) {
            String[] named = command.clone();
            named[1] = session;
            assertThat(harness.run(named)).as(named[0] + " " + session).doesNotStartWith("-");
        }
    }

    private static void use(CommandHarness harness, String session) {
        String reply = harness.run("TYPE", session).equals("+hash\r\n")
                ? harness.run("HGETALL", session)
                : harness.run("GET", session);
        assertThat(reply).as(session).contains(VALUE);
    }
}
