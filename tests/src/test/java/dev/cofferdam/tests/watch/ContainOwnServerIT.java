// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.tests.serve.ServerProcess;
import dev.cofferdam.watch.contain.Action;
import dev.cofferdam.watch.contain.Approval;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.contain.KeyRange;
import dev.cofferdam.watch.contain.Outlook;
import dev.cofferdam.watch.contain.Pause;
import dev.cofferdam.watch.contain.Plan;
import dev.cofferdam.watch.contain.PlanRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on our own server, whose rules are written anew and not copied. */
class ContainOwnServerIT {
    private static final ContainOptions OPTIONS = ContainOptions.DEFAULTS.withLevel(ContainLevel.APPLY).withExemptUsers(Set.of("default"));

    @TempDir Path folder;

    @Test
    void readOnlyDrainOnlyAndDropping() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb"); RespClient admin = connect(server, null)) {
            for (String user : new String[] {"app", "ops"}) {
                admin.call("ACL", "SETUSER", user, "on", ">" + user, "~*", "&*", "+@all").orThrow();
            }
            admin.call("MSET", "cache:report:1", "a", "cache:report:2", "a", "cache:page:1", "b").orThrow();
            admin.call("RPUSH", "queue:mail", "1", "2", "3").orThrow();
            String before = users(admin);
            Containment containment = new Containment("own", FullRedis.nodes(server.port(), "ops", "ops"), OPTIONS, folder, Clock.system(),
                    Pause.real(), 3, entry -> {
                    });
            try (RespClient app = connect(server, "app")) {
                Action readOnly = apply(containment, PlanRequest.readOnly(KeyRange.prefix(0, "cache:report:"), "anna", ""));
                assertThat(app.call("SET", "cache:report:3", "x")).isInstanceOfSatisfying(Reply.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo("NOPERM"));
                assertThat(app.call("GET", "cache:report:1").asText()).isEqualTo("a");
                assertThat(app.call("SET", "cache:page:1", "x").isFailure()).isFalse();
                assertThat(app.call("SET", "", "the empty key").isFailure()).isFalse();
                containment.undo(readOnly.id(), "anna");
                assertThat(users(admin)).isEqualTo(before);

                Action drainOnly = apply(containment, PlanRequest.drainOnly(KeyRange.key(0, "queue:mail"), "anna", ""));
                assertThat(app.call("RPUSH", "queue:mail", "x").isFailure()).isTrue();
                assertThat(app.call("LPOP", "queue:mail").asText()).isEqualTo("1");
                assertThat(app.call("LMOVE", "queue:mail", "queue:mail:busy", "LEFT", "RIGHT").asText()).isEqualTo("2");
                containment.undo(drainOnly.id(), "anna");
                assertThat(users(admin)).isEqualTo(before);

                assertThat(apply(containment, PlanRequest.dropPrefix(KeyRange.prefix(0, "cache:report:"), "anna", "")).effect().removed())
                    .isEqualTo(2);
                assertThat(admin.call("EXISTS", "cache:page:1", "cache:report:1").asLong()).isEqualTo(1);
            }
        }
    }

    private static RespClient connect(ServerProcess server, @Nullable String user) throws IOException {
        RespClientOptions options = user == null ? RespClientOptions.DEFAULTS : RespClientOptions.DEFAULTS.withAccess(user, user);
        return RespClient.connect(new InetSocketAddress("127.0.0.1", server.port()), options, Clock.system());
    }

    private static String users(RespClient admin) throws IOException {
        return String.join("\n", Reply.texts(admin.call("ACL", "LIST")).stream().map(String::valueOf).toList());
    }

    private static Action apply(Containment containment, PlanRequest request) throws Exception {
        Plan plan = containment.plan(request, Outlook.UNKNOWN);
        return containment.apply(plan.id(), Approval.typed("anna", plan.confirmation()));
    }
}
