// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static dev.cofferdam.server.net.LoopHarness.RawClient.resp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access rules on real connections: who is closed, what a batch sees, scripts in lanes. */
class AccessLoopTest {
    private LoopHarness server;
    private LoopHarness.RawClient admin;

    @BeforeEach
    void start() throws IOException {
        server = new LoopHarness(32 << 20, 8 << 20);
        admin = server.connect();
    }

    @AfterEach
    void end() throws IOException {
        admin.close();
        server.close();
    }

    private void ok(LoopHarness.RawClient client, String... command) throws IOException {
        assertThat(client.command(command).line()).isEqualTo("+OK");
    }

    private LoopHarness.RawClient as(String user) throws IOException {
        LoopHarness.RawClient client = server.connect();
        ok(client, "AUTH", user, "x");
        return client;
    }

    private static void assertClosed(LoopHarness.RawClient client) {
        assertThatThrownBy(client::line).isInstanceOfAny(EOFException.class, java.net.SocketException.class);
    }

    @Test
    void whoseUserIsRemovedIsClosed() throws IOException {
        ok(admin, "ACL", "SETUSER", "u", "on", "nopass", "+@all", "~*");
        try (LoopHarness.RawClient other = as("u"); LoopHarness.RawClient self = as("u")) {
            assertThat(self.command("ACL", "DELUSER", "u").line()).isEqualTo(":1");
            assertClosed(self);
            assertClosed(other);
        }
        assertThat(admin.command("PING").line()).isEqualTo("+PONG");
    }

    @Test
    void whoListensToAChannelItsUserLostIsClosed() throws IOException {
        ok(admin, "ACL", "SETUSER", "u", "on", "nopass", "+@all", "&a", "&b*");
        try (LoopHarness.RawClient channel = as("u");
                LoopHarness.RawClient pattern = as("u");
                LoopHarness.RawClient shard = as("u");
                LoopHarness.RawClient quiet = as("u")) {
            channel.command("SUBSCRIBE", "a").read("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".length());
            pattern.command("PSUBSCRIBE", "b*").read("*3\r\n$10\r\npsubscribe\r\n$2\r\nb*\r\n:1\r\n".length());
            shard.command("SSUBSCRIBE", "bc").read("*3\r\n$10\r\nssubscribe\r\n$2\r\nbc\r\n:1\r\n".length());
            ok(admin, "ACL", "SETUSER", "u", "&c");
            ok(admin, "ACL", "SETUSER", "u", "resetchannels", "&b*");
            assertClosed(channel);
            assertThat(admin.command("PUBLISH", "bc", "m").line()).isEqualTo(":1");
            ok(admin, "ACL", "SETUSER", "u", "resetchannels", "&bc");
            pattern.read("*4\r\n$8\r\npmessage\r\n$2\r\nb*\r\n$2\r\nbc\r\n$1\r\nm\r\n".length());
            assertClosed(pattern);
            assertThat(admin.command("SPUBLISH", "bc", "m").line()).isEqualTo(":1");
            assertThat(quiet.command("PING").line()).isEqualTo("+PONG");
        }
    }

    @Test
    void aPipelineIsCheckedCommandByCommand() throws IOException {
        ok(admin, "ACL", "SETUSER", "u", "on", "nopass", "+get", "~a");
        try (LoopHarness.RawClient client = server.connect()) {
            client.send(resp("SET", "a", "1") + resp("GET", "b") + resp("AUTH", "u", "x") + resp("GET", "a") + resp("GET", "b")
                    + resp("SET", "a", "2") + resp("AUTH", "default", "") + resp("ACL", "SETUSER", "default", "-get") + resp("GET", "a")
                    + resp("ACL", "SETUSER", "default", "+get") + resp("GET", "b"));
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("$-1");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line() + client.line()).isEqualTo("$11");
            assertThat(client.line()).startsWith("-NOPERM this user has no permissions to access one of the keys");
            assertThat(client.line()).isEqualTo("-NOPERM this user has no permissions to run the 'set' command");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("-NOPERM this user has no permissions to run the 'get' command");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("$-1");
        }
    }

    @Test
    void aScriptInALaneIsCheckedAndNoted() throws Exception {
        ok(admin, "ACL", "SETUSER", "u", "on", "nopass", "+eval", "+get", "~a");
        try (LoopHarness.RawClient client = as("u")) {
            client.command("EVAL", "for i = 1, 300000 do end redis.call('get', 'a') return redis.call('get', 'other')", "0");
            assertThat(client.line()).startsWith("-ERR The user executing the script can't access at least one of the keys");
            client.command("EVAL", "for i = 1, 300000 do end return redis.call('set', 'a', '1')", "0");
            assertThat(client.line()).startsWith("-ERR The user executing the script can't run this command or subcommand");
        }
        assertThat(LoopHarness.eventually(() -> server.server.acl().log().size() == 2)).isTrue();
        assertThat(server.server.acl().log().newest(2)).extracting(entry -> entry.context() + " " + entry.reason() + " " + entry.object())
            .containsExactly("lua command set", "lua key other");
    }
}
