// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.time.temporal.Temporal;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Time and chance come in as parameters, so that a test can choose them. The machine's clock is read by classes named {@code …Clock} and
 * nobody else; a generator is made from a seed somebody passed in, and the seed itself may be drawn by a class named {@code …Seed}.
 */
class TimeAndChanceRuleTest {
    private static final Set<String> GENERATORS = Set.of("java.util.Random", "java.util.SplittableRandom");
    private static final Set<String> UNSEEDED = Set.of(
            "java.util.concurrent.ThreadLocalRandom.current", "java.lang.Math.random", "java.util.UUID.randomUUID",
            "java.util.random.RandomGenerator.getDefault", "java.util.random.RandomGenerator.of");

    @Test
    void onlyAClockReadsTheTime() {
        Function<String, ArchRule> rule = rule("Clock", "read the machine's clock", TimeAndChanceRuleTest::readsTheTime);
        Codebase.check(rule, Codebase.MODULES);
        assertThat(Codebase.caught(rule)).containsExactly("ServerReadsNanosByReference", "ServerReadsTheTime");
    }

    @Test
    void chanceIsSeeded() {
        Function<String, ArchRule> rule = rule("Seed", "draw from an unseeded generator", TimeAndChanceRuleTest::isUnseeded);
        Codebase.check(rule, Codebase.MODULES);
        assertThat(Codebase.caught(rule)).containsExactly("KeyspaceRollsDice");
    }

    private static Function<String, ArchRule> rule(String allowed, String description,
            java.util.function.Predicate<CodeUnitAccessTarget> bad) {
        DescribedPredicate<JavaClass> notAllowed = DescribedPredicate.describe("are not named …" + allowed,
                c -> !Codebase.outermost(c).endsWith(allowed));
        DescribedPredicate<AccessTarget> target = DescribedPredicate.describe(description,
                t -> t instanceof CodeUnitAccessTarget unit && bad.test(unit));
        return root -> noClasses().that().resideInAPackage(root + "..").and(notAllowed).should().accessTargetWhere(target(target));
    }

    private static boolean readsTheTime(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        return switch (target.getName()) {
            case "currentTimeMillis", "nanoTime" -> owner.isEquivalentTo(System.class);
            case "now" -> owner.isAssignableTo(Temporal.class);
            case "systemUTC", "systemDefaultZone", "system" -> owner.isEquivalentTo(java.time.Clock.class);
            case "<init>" -> owner.isEquivalentTo(java.util.Date.class) && target.getRawParameterTypes().isEmpty();
            default -> false;
        };
    }

    private static boolean isUnseeded(CodeUnitAccessTarget target) {
        String owner = target.getOwner().getName();
        boolean withoutSeed = GENERATORS.contains(owner) && target.getName().equals("<init>") && target.getRawParameterTypes().isEmpty();
        boolean shuffle = target.getFullName().equals("java.util.Collections.shuffle(java.util.List)");
        return withoutSeed || shuffle || owner.equals("java.security.SecureRandom") || UNSEEDED.contains(owner + "." + target.getName());
    }
}
