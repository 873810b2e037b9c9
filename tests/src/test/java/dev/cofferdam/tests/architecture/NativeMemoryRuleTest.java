// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Native memory is reached through {@code memory}, where every byte has an owner, and by {@code lua}, which calls a foreign library whose allocator takes
 * from an account; never through the JVM's back doors.
 */
class NativeMemoryRuleTest {
    @Test
    void onlyMemoryAndLuaUseForeignMemory() {
        Function<String, ArchRule> rule = root -> noClasses().that().resideOutsideOfPackages(root + ".memory..", root + ".lua..")
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");
        Codebase.check(rule, List.of("keyspace", "resp", "server", "cli"));
        assertThat(Codebase.caught(rule)).containsExactly("KeyspaceUsesForeignMemory");
    }

    @Test
    void nobodyUsesUnsafe() {
        Function<String, ArchRule> rule = root -> noClasses().that().resideInAPackage(root + "..")
            .should().dependOnClassesThat().resideInAnyPackage("sun.misc..", "jdk.internal..");
        Codebase.check(rule, Codebase.MODULES);
        assertThat(Codebase.caught(rule)).containsExactly("MemoryUsesUnsafe");
    }
}
