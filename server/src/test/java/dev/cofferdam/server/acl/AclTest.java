// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, passwords, limits, files and the log; what stock answers is compared in compat/acl.txt. */
class AclTest {
    private final CommandHarness harness = CommandHarness.single(16 << 20);

    @AfterEach
    void close() {
        harness.close();
    }

    private String set(String user, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user));
        words.addAll(rules);
        return harness.run(words.toArray(String[]::new));
    }

    private static List<String> numbered(String before, int count) {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(before + i);
        }
        return rules;
    }

    @Test
    void onlyWhoMayDoEverythingIsNotChecked() {
        Users users = harness.server.acl().users();
        assertThat(users.defaultUser().isUnrestricted()).isTrue();
        for (String less : List.of("-get", "resetkeys", "resetchannels", "-@all", "-client|id", "-@fast")) {
            set("default", List.of("+@all", "allkeys", "allchannels"));
            assertThat(users.defaultUser().isUnrestricted()).isTrue();
            set("default", List.of(less));
            assertThat(users.defaultUser().isUnrestricted()).as(less).isFalse();
            harness.server.acl().users().put("default", users.emptyCopy().defaultUser().rules());
        }
        set("u", List.of("(+@all ~* &*)"));
        assertThat(users.named("u").isUnrestricted()).isTrue();
        set("v", List.of("(+@all ~*)", "(+@all &*)"));
        assertThat(users.named("v").isUnrestricted()).isFalse();
        assertThat(User.NOBODY.isUnrestricted()).isFalse();
    }

    @Test
    void aRemovedUserMayDoNothing() {
        set("u", List.of("on", "nopass", "+@all", "~*", "&*"));
        CommandHarness.TestClient client = harness.client();
        client.run("AUTH", "u", "x");
        assertThat(client.run("GET", "a")).isEqualTo("$-1\r\n");
        assertThat(harness.run("ACL", "DELUSER", "u")).isEqualTo(":1\r\n");
        assertThat(client.run("GET", "a")).startsWith("-NOPERM");
    }

    @Test
    void aChangeIsMadeWholeOrNotAtAll() {
        set("u", List.of("on", ">p", "~a", "+get"));
        String before = harness.run("ACL", "LIST");
        assertThat(set("u", List.of("off", "resetpass", "~b", "+nothing"))).startsWith("-ERR Error in ACL SETUSER modifier '+nothing'");
        assertThat(set("u", List.of("allkeys", "~c"))).startsWith("-ERR Error in ACL SETUSER modifier '~c'");
        assertThat(harness.run("ACL", "LIST")).isEqualTo(before);
    }

    @Test
    void passwordsAreSeveralAndTakenAway() {
        set("u", List.of("on", ">one", ">two", "+acl|whoami"));
        CommandHarness.TestClient client = harness.client();
        assertThat(client.run("AUTH", "u", "one")).isEqualTo("+OK\r\n");
        assertThat(client.run("AUTH", "u", "two")).isEqualTo("+OK\r\n");
        set("u", List.of("<one"));
        assertThat(client.run("AUTH", "u", "one")).startsWith("-WRONGPASS");
        assertThat(client.run("ACL", "WHOAMI")).as("a failed attempt changes nothing").isEqualTo("$1\r\nu\r\n");
        set("u", List.of("off"));
        assertThat(client.run("AUTH", "u", "two")).startsWith("-WRONGPASS");
        assertThat(harness.run("ACL", "GETUSER", "u")).doesNotContain("two");
    }

    @Test
    void aPasswordOfTheDefaultUserIsAskedFor() {
        harness.server.acl().setDefaultPassword("secret");
        CommandHarness.TestClient client = harness.client();
        assertThat(client.run("GET", "a")).isEqualTo("-NOAUTH Authentication required.\r\n");
        assertThat(client.run("ACL", "WHOAMI")).isEqualTo("-NOAUTH Authentication required.\r\n");
        assertThat(client.run("AUTH", "wrong")).startsWith("-WRONGPASS");
        assertThat(client.run("AUTH", "secret")).isEqualTo("+OK\r\n");
        assertThat(client.run("GET", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("RESET")).isEqualTo("+RESET\r\n");
        assertThat(client.run("GET", "a")).startsWith("-NOAUTH");
        harness.server.acl().setDefaultPassword("");
        assertThat(client.run("GET", "a")).isEqualTo("$-1\r\n");
    }

    @Test
    void thereIsAMostOfEverything() {
        assertThat(set("u", numbered(">", AclLimits.PASSWORDS_MAX))).isEqualTo("+OK\r\n");
        assertThat(set("u", List.of(">more"))).startsWith("-ERR user 'u' would have 65 passwords");
        assertThat(set("v", numbered("~", AclLimits.PATTERNS_MAX / 2))).isEqualTo("+OK\r\n");
        assertThat(set("v", numbered("&", AclLimits.PATTERNS_MAX / 2))).isEqualTo("+OK\r\n");
        assertThat(set("v", List.of("+select|0"))).startsWith("-ERR user 'v' would have 1025 patterns");
        assertThat(set("w", numbered("(~x)", 0))).isEqualTo("+OK\r\n");
        List<String> selectors = new ArrayList<>();
        for (int i = 1; i < AclLimits.SELECTORS_MAX; i++) {
            selectors.add("(+get ~" + i + ")");
        }
        assertThat(set("w", selectors)).isEqualTo("+OK\r\n");
        assertThat(set("w", List.of("(~more)"))).startsWith("-ERR user 'w' would have 65 selectors");
        assertThat(set("w", List.of("~" + "k".repeat(AclLimits.PATTERN_MAX_BYTES + 1)))).contains("1024 is the most");
        assertThat(set("n".repeat(1025), List.of())).contains("1024 is the most");
    }

    @Test
    void usersAndTheirRulesAreLimitedInAll() {
        Users users = harness.server.acl().users();
        List<String> large = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            large.add("~" + i + "k".repeat(1000));
        }
        assertThat(set("large", large)).isEqualTo("+OK\r\n");
        long before = users.rulesBytes();
        assertThat(set("larger", large)).startsWith("-ERR no room for the rules");
        assertThat(users.rulesBytes()).isEqualTo(before);
        assertThat(set("large", List.of("resetkeys"))).isEqualTo("+OK\r\n");
        for (int i = users.count(); i < AclLimits.USERS_MAX; i++) {
            assertThat(set("u" + i, List.of("+get"))).isEqualTo("+OK\r\n");
        }
        assertThat(set("one-more", List.of())).startsWith("-ERR no room for another user: there are 4096");
        assertThat(set("u10", List.of("~a"))).as("changing works").isEqualTo("+OK\r\n");
        assertThat(harness.run("ACL", "DELUSER", "u10")).isEqualTo(":1\r\n");
        assertThat(set("one-more", List.of())).isEqualTo("+OK\r\n");
        long sum = users.all().stream().mapToLong(user -> user.rules().bytes()).sum();
        assertThat(users.rulesBytes()).isEqualTo(sum);
    }

    @Test
    void aFileIsWrittenAndReadBack(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("users.acl");
        harness.server.acl().setFile(file.toString());
        set("u", List.of("on", ">p", "~a\u00ff*", "%R~r", "&c", "+@read", "-get", "+config|get", "(+set ~w)"));
        String before = harness.run("ACL", "LIST");
        assertThat(harness.run("ACL", "SAVE")).isEqualTo("+OK\r\n");
        set("u", List.of("reset"));
        set("v", List.of());
        assertThat(harness.run("ACL", "LOAD")).isEqualTo("+OK\r\n");
        assertThat(harness.run("ACL", "LIST")).isEqualTo(before);
        assertThat(Files.list(folder)).containsExactly(file);
        long sum = harness.server.acl().users().all().stream().mapToLong(user -> user.rules().bytes()).sum();
        assertThat(harness.server.acl().users().rulesBytes()).isEqualTo(sum);
    }

    @Test
    void aFileWithMistakesChangesNothingAndNamesThemAll(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("users.acl");
        harness.server.acl().setFile(file.toString());
        set("u", List.of("on", "nopass", "+get"));
        String before = harness.run("ACL", "LIST");
        assertThat(harness.run("ACL", "LOAD")).contains("opening file '" + file + "': No such file or directory");
        Files.writeString(file, "user a on +get\n\nusr b on\nuser a off\nuser c on +nothing\nuser d (+get\nuser default on %~x\n",
                StandardCharsets.ISO_8859_1);
        assertThat(harness.run("ACL", "LOAD")).contains(file + ":3 should start with user keyword", "Duplicate user 'a' found on line 4",
                file + ":5: Error in applying operation '+nothing': Unknown command or category name in ACL. ",
                file + ":6: Unmatched parenthesis", file + ":7: ", "no change to the previously active ACL rules was performed");
        assertThat(harness.run("ACL", "LIST")).isEqualTo(before);
    }

    @Test
    void theLogCountsWhatIsTheSameAndForgetsTheOldest() {
        set("u", List.of("on", "nopass", "+get", "~a"));
        CommandHarness.TestClient client = harness.client();
        client.run("AUTH", "u", "x");
        for (int i = 0; i < 3; i++) {
            client.run("GET", "b");
        }
        harness.advanceMillis(60_001);
        client.run("GET", "b");
        client.run("SET", "a", "1");
        AccessLog log = harness.server.acl().log();
        assertThat(log.newest(9)).extracting(entry -> entry.count() + " " + entry.reason() + " " + entry.object() + " " + entry.user())
            .containsExactly("1 command set u", "1 key b u", "3 key b u");
        harness.server.acl().setLogMaxEntries(2);
        client.run("MULTI");
        client.run("DISCARD");
        assertThat(log.size()).isEqualTo(2);
        assertThat(log.newest(1).getFirst().object()).isEqualTo("discard");
        client.run("GET", "k".repeat(5000));
        assertThat(log.newest(1).getFirst().object()).hasSize(AclLimits.LOG_OBJECT_MAX_BYTES);
        assertThat(harness.run("ACL", "LOG", "RESET")).isEqualTo("+OK\r\n");
        assertThat(log.size()).isZero();
    }

    @Test
    void whatMultiQueuedIsCheckedAgainAtExec() {
        set("u", List.of("on", "nopass", "+@all", "~*"));
        CommandHarness.TestClient client = harness.client();
        client.run("AUTH", "u", "x");
        client.run("MULTI");
        client.run("SET", "a", "1");
        client.run("SET", "b", "1");
        client.run("GET", "a");
        set("u", List.of("resetkeys", "~a", "-get"));
        assertThat(client.run("EXEC")).contains("*3\r\n+OK\r\n-NOPERM ACLs rules changed", "no permission to touch the specified keys",
                "no permission to execute the command or subcommand");
        assertThat(harness.run("EXISTS", "a", "b")).isEqualTo(":1\r\n");
    }

    @Test
    void passwordsAreRandomAndAsLongAsAskedFor() {
        assertThat(harness.run("ACL", "GENPASS")).matches("\\$64\r\n[0-9a-f]{64}\r\n").isNotEqualTo(harness.run("ACL", "GENPASS"));
        assertThat(harness.run("ACL", "GENPASS", "5")).matches("\\$2\r\n[0-9a-f]{2}\r\n");
        assertThat(harness.run("ACL", "GENPASS", "4096")).startsWith("$1024\r\n");
    }

    @Test
    void aUserMayBringItsCompartment() {
        assertThat(set("u", List.of("on", "nopass", "+@all", "~*", "compartment=nowhere")))
            .isEqualTo("-ERR Error in ACL SETUSER modifier 'compartment=nowhere': no compartment 'nowhere'; see COMPARTMENT LIST\r\n");
        assertThat(set("u", List.of("on", "nopass", "+@all", "~*", "compartment=default"))).isEqualTo("+OK\r\n");
        CommandHarness.TestClient client = harness.client();
        assertThat(client.boundCompartment()).isNull();
        client.run("AUTH", "u", "x");
        assertThat(client.boundCompartment()).isSameAs(harness.server.keyspace().compartment(0));
        assertThat(harness.run("ACL", "LIST")).contains("user u on nopass compartment=default ~* resetchannels +@all");
        client.run("RESET");
        assertThat(client.boundCompartment()).isNull();
        set("u", List.of("compartment="));
        client.run("AUTH", "u", "x");
        assertThat(client.boundCompartment()).isNull();
        assertThat(harness.run("ACL", "LIST")).contains("user u on nopass ~* resetchannels +@all");
    }

    @Test
    void linesOfTheConfigurationMakeUsers() {
        Acl acl = harness.server.acl();
        assertThat(acl.loadConfigured(
                List.of(List.of("default", "on", "nopass", "~*", "+@all", "-flushdb"), List.of("u", "on", ">p", "(+get", "~a)"))))
            .isEmpty();
        assertThat(harness.run("FLUSHDB")).startsWith("-NOPERM");
        assertThat(acl.lines()).containsExactly("user default on nopass sanitize-payload ~* resetchannels +@all -flushdb",
                "user u on #148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940 resetchannels -@all (~a resetchannels -@all +get)");
        assertThat(acl.loadConfigured(List.of(List.of("x", "+nothing"), List.of("y y"), List.of("z", "(+get")))).hasSize(3);
    }
}
