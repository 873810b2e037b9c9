// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of users is on a disk that answers when the test wants it to: a named pipe. Nobody but who asked for the file waits for it. */
class AclFileLaneTest {
    @TempDir private Path folder;

    private LoopHarness harness;

    @BeforeEach
    void start() throws IOException {
        harness = new LoopHarness(16 << 20, 4 << 20);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    private Path pipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("users.acl");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "mkfifo is not installed");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    @Test
    void whoLoadsUsersFromASlowDiskWaitsAlone() throws Exception {
        Path pipe = pipe();
        harness.server.acl().setFile(pipe.toString());
        try (RawClient loading = harness.connect(); RawClient second = harness.connect(); RawClient other = harness.connect()) {
            loading.command("ACL", "LOAD").command("ACL", "WHOAMI");
            assertThat(other.ask("PING")).isEqualTo("+PONG");
            second.command("ACL", "LOAD"); // the next one waits for the first
            assertThat(other.ask("SET", "a", "1")).isEqualTo("+OK");
            assertThat(other.ask("EVAL", "return 7", "0")).isEqualTo(":7");
            assertThat(loading.hasNothing()).isTrue();
            Files.writeString(pipe, "user default on nopass ~* &* +@all\nuser first on nopass ~* +@all\n", StandardCharsets.ISO_8859_1);
            assertThat(loading.line()).isEqualTo("+OK");
            assertThat(loading.line()).isEqualTo("$7");
            assertThat(loading.line()).isEqualTo("default");
            assertThat(other.ask("AUTH", "first", "x")).isEqualTo("+OK");
            Files.writeString(pipe, "user default on nopass ~* &* +@all\nuser second what\n", StandardCharsets.ISO_8859_1);
            assertThat(second.line()).startsWith("-ERR " + pipe + ":2: Error in applying operation 'what'");
            assertThat(other.ask("ACL", "WHOAMI")).isEqualTo("$5");
            assertThat(other.line()).isEqualTo("first");
        }
    }

    @Test
    void whoLoadsAFileWithoutItsOwnUserGetsItsReplyAndIsClosed() throws Exception {
        Path file = folder.resolve("users.acl");
        harness.server.acl().setFile(file.toString());
        Files.writeString(file, "user default on nopass ~* &* +@all\n", StandardCharsets.ISO_8859_1);
        try (RawClient leaving = harness.connect(); RawClient witness = harness.connect(); RawClient other = harness.connect()) {
            assertThat(other.ask("ACL", "SETUSER", "gone", "on", "nopass", "+@all")).isEqualTo("+OK");
            assertThat(leaving.ask("AUTH", "gone", "x")).isEqualTo("+OK");
            assertThat(witness.ask("AUTH", "gone", "x")).isEqualTo("+OK");
            leaving.command("ACL", "LOAD");
            assertThat(leaving.line()).isEqualTo("+OK");
            assertThat(leaving.isAtEnd()).isTrue();
            assertThat(witness.isAtEnd()).isTrue();
            assertThat(other.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void usersAreSavedAsTheyAreWhenTheLaneAsks() throws Exception {
        Path file = folder.resolve("users.acl");
        harness.server.acl().setFile(file.toString());
        try (RawClient client = harness.connect()) {
            assertThat(client.ask("ACL", "SETUSER", "kept", "on", "nopass", "+get")).isEqualTo("+OK");
            assertThat(client.ask("ACL", "SAVE")).isEqualTo("+OK");
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("user kept on nopass");
            assertThat(client.ask("ACL", "DELUSER", "kept")).isEqualTo(":1");
            assertThat(client.ask("MULTI")).isEqualTo("+OK");
            assertThat(client.ask("ACL", "LOAD")).isEqualTo("+QUEUED");
            assertThat(client.ask("EXEC")).isEqualTo("*1");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.ask("ACL", "DELUSER", "kept")).isEqualTo(":1");
            harness.server.acl().setFile(folder.resolve("no such folder").resolve("users.acl").toString());
            assertThat(client.ask("ACL", "SAVE"))
                .isEqualTo("-ERR There was an error trying to save the ACLs. Please check the server logs for more information");
            assertThat(harness.events).anyMatch(event -> event.startsWith("acl-save-failed"));
        }
    }
}
