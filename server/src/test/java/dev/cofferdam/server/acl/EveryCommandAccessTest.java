// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.ChannelUse;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandFamilies;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Access rules for each command of the table: a new command is tested by being declared. */
class EveryCommandAccessTest {
    private static List<Command> commands() {
        CommandTable table = new CommandTable();
        CommandFamilies.declareAll(table);
        // A container is never called by itself, but for COMMAND.
        return table.all().stream().filter(command -> command.subcommands() == null || command.arity().accepts(1)).toList();
    }

    private static Stream<DynamicTest> each(List<Command> commands, Consumer<Command> test) {
        return commands.stream().map(command -> DynamicTest.dynamicTest(command.name(), () -> test.accept(command)));
    }

    private static final class World implements AutoCloseable {
        final CommandHarness harness = CommandHarness.single(16 << 20);

        World rules(String... rules) {
            List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", "u", "reset", "on", "nopass"));
            words.addAll(List.of(rules));
            assertThat(harness.run(words.toArray(String[]::new))).isEqualTo("+OK\r\n");
            return this;
        }

        String dryRun(List<String> call) {
            List<String> words = new ArrayList<>(List.of("ACL", "DRYRUN", "u"));
            words.addAll(call);
            return harness.run(words.toArray(String[]::new));
        }

        /** As the user, for real. */
        String run(List<String> call) {
            CommandHarness.TestClient client = harness.client();
            client.run("AUTH", "u", "x");
            return client.run(call.toArray(String[]::new));
        }

        @Override
        public void close() {
            harness.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> isRefusedToAUserWithoutIt() {
        return each(commands().stream().filter(command -> !command.has(Flag.NO_AUTH)).toList(), command -> {
            try (World world = new World()) {
                world.rules("+@all", "~*", "&*", "-" + command.name());
                String refusal = (command.name().equals("exec") ? "-EXECABORT Transaction discarded because of: " : "-")
                        + "NOPERM this user has no permissions to run the '" + command.name() + "' command\r\n";
                assertThat(world.run(ExampleCall.of(command))).isEqualTo(refusal);
                world.rules("-@all", "~*", "&*");
                assertThat(world.run(ExampleCall.of(command))).isEqualTo(refusal);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> isAllowedToAUserWithNothingElse() {
        return each(commands(), command -> {
            try (World world = new World()) {
                world.rules("-@all", "~*", "&*", "+" + command.name());
                assertThat(world.dryRun(ExampleCall.of(command))).isEqualTo("+OK\r\n");
                String other = command.name().equals("get") ? "set" : "get";
                assertThat(world.run(List.of(other, "k", "v").subList(0, other.equals("get") ? 2 : 3))).startsWith("-NOPERM");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> isAllowedByEachOfItsCategories() {
        return each(commands(), command -> {
            try (World world = new World()) {
                assertThat(command.isIn(Category.FAST)).isNotEqualTo(command.isIn(Category.SLOW));
                for (Category category : Category.in(command.categories())) {
                    world.rules("-@all", "~*", "&*", "+@" + category.redisName());
                    assertThat(world.dryRun(ExampleCall.of(command))).isEqualTo("+OK\r\n");
                    world.rules("+@all", "~*", "&*", "-@" + category.redisName());
                    assertThat(world.dryRun(ExampleCall.of(command)))
                        .isEqualTo(command.has(Flag.NO_AUTH)
                                ? "+OK\r\n"
                                : bulk("This user has no permissions to run the '" + command.name()
                                        + "' command"));
                }
            }
        });
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static List<Command> withKeys() {
        return commands().stream().filter(command -> command.keySpecs() > 0).toList();
    }

    @TestFactory
    Stream<DynamicTest> isRefusedForAKeyThatNoPatternNames() {
        return each(withKeys(), command -> {
            try (World world = new World()) {
                for (int s = 0; s < command.keySpecs(); s++) {
                    if (command.keySpec(s).isUnknown()) {
                        continue;
                    }
                    world.rules("+@all", "~good:*", "&*");
                    assertThat(world.run(ExampleCall.withKey(command, s, "bad:1", "good:1")))
                        .as("key %d", s).isEqualTo("-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
                    assertThat(world.dryRun(ExampleCall.withKey(command, s, "bad:1", "good:1")))
                        .isEqualTo(bulk("This user has no permissions to access the 'bad:1' key"));
                    assertThat(world.dryRun(ExampleCall.withKey(command, s, "good:2", "good:1"))).isEqualTo("+OK\r\n");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> needsToReadAndWriteAsItsKeysSay() {
        return each(withKeys(), command -> {
            try (World world = new World()) {
                world.rules("+@all", "~both", "%R~read", "%W~written", "&*");
                for (int s = 0; s < command.keySpecs(); s++) {
                    KeySpec spec = command.keySpec(s);
                    if (!spec.varies() && !spec.isUnknown()) {
                        check(world, ExampleCall.withKey(command, s, "read", "both"), !spec.use().changesValue());
                        check(world, ExampleCall.withKey(command, s, "written", "both"), !spec.use().showsValue());
                    }
                }
            }
        });
    }

    private static void check(World world, List<String> call, boolean allowed) {
        if (allowed) {
            assertThat(world.dryRun(call)).as("%s", call).isEqualTo("+OK\r\n");
        } else {
            assertThat(world.dryRun(call)).as("%s", call).contains("no permissions to access the");
        }
    }

    @TestFactory
    Stream<DynamicTest> isRefusedForAChannelThatNoPatternNames() {
        return each(commands().stream().filter(command -> command.channels() != ChannelUse.NONE).toList(), command -> {
            try (World world = new World()) {
                world.rules("+@all", "~*", "&good");
                List<String> call = ExampleCall.of(command);
                call.set(1, "bad");
                assertThat(world.run(call))
                    .isEqualTo("-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
                call.set(1, "good");
                assertThat(world.dryRun(call)).isEqualTo("+OK\r\n");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> isRefusedInScriptsToo() {
        return each(commands().stream().filter(command -> !command.has(Flag.NOSCRIPT) && !command.has(Flag.NO_AUTH)).toList(), command -> {
            try (World world = new World()) {
                world.rules("+@all", "~*", "&*", "-" + command.name());
                List<String> call = new ArrayList<>(List.of("EVAL", "return redis.call(unpack(ARGV))", "0"));
                call.addAll(ExampleCall.of(command));
                if (List.of("eval").contains(command.name())) {
                    return;
                }
                assertThat(world.run(call)).startsWith("-ERR The user executing the script can't run this command or subcommand script: ");
            }
        });
    }

    @Test
    void theTableHasWhatThisTestIsAbout() {
        assertThat(commands()).hasSizeGreaterThan(250);
        assertThat(withKeys()).hasSizeGreaterThan(120);
        assertThat(commands().stream().filter(command -> command.channels() != ChannelUse.NONE)).extracting(Command::name)
            .containsExactlyInAnyOrder("subscribe", "psubscribe", "ssubscribe", "publish", "spublish");
    }
}
