// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** memory &lt;- keyspace &lt;- server &lt;- cli, memory &lt;- resp, lua &lt;- server, and resp &lt;- watch &lt;- cli: who stands below knows nothing of who stands above. */
class LayeringRuleTest {
    @Test
    void memoryKnowsNobody() {
        Function<String, ArchRule> rule = rule("memory", "lua", "keyspace", "resp", "server", "watch", "cli");
        Codebase.check(rule, List.of("memory"));
        assertThat(Codebase.caught(rule)).containsExactly("MemoryKnowsKeyspace");
    }

    @Test
    void luaKnowsMemoryOnly() {
        Function<String, ArchRule> rule = rule("lua", "keyspace", "resp", "server", "watch", "cli");
        Codebase.check(rule, List.of("lua"));
        assertThat(Codebase.caught(rule)).containsExactly("LuaKnowsKeyspace");
    }

    @Test
    void keyspaceKnowsMemoryOnly() {
        Function<String, ArchRule> rule = rule("keyspace", "lua", "resp", "server", "watch", "cli");
        Codebase.check(rule, List.of("keyspace"));
        assertThat(Codebase.caught(rule)).containsExactly("KeyspaceKnowsServer");
    }

    @Test
    void respKnowsMemoryOnly() {
        Function<String, ArchRule> rule = rule("resp", "lua", "keyspace", "server", "watch", "cli");
        Codebase.check(rule, List.of("resp"));
        assertThat(Codebase.caught(rule)).containsExactly("RespKnowsKeyspace");
    }

    @Test
    void serverDoesNotKnowTheCommandLineNorTheMonitor() {
        Function<String, ArchRule> rule = rule("server", "watch", "cli");
        Codebase.check(rule, List.of("server"));
        assertThat(Codebase.caught(rule)).containsExactly("ServerKnowsCli");
    }

    @Test
    void monitorKnowsRespOnly() {
        Function<String, ArchRule> rule = rule("watch", "lua", "keyspace", "server", "cli");
        Codebase.check(rule, List.of("watch"));
        assertThat(Codebase.caught(rule)).containsExactly("WatchKnowsServer");
    }

    private static Function<String, ArchRule> rule(String module, String... above) {
        return root -> noClasses().that().resideInAPackage(root + "." + module + "..")
            .should().dependOnClassesThat()
            .resideInAnyPackage(List.of(above).stream().map(m -> root + "." + m + "..").toArray(String[]::new));
    }
}
