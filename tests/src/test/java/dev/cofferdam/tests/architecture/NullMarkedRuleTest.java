// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Nothing is null unless it says so: every package declares it, or a reader could not tell what a bare type means there. */
class NullMarkedRuleTest {
    @Test
    void everyPackageIsNullMarked() {
        DescribedPredicate<JavaClass> marked = DescribedPredicate.describe("in a @NullMarked package",
                c -> c.getPackage().isAnnotatedWith(NullMarked.class));
        Function<String, ArchRule> rule = root -> classes().that().resideInAPackage(root + "..").should(ArchCondition.from(marked));
        Codebase.check(rule, Codebase.MODULES);
        assertThat(Codebase.caught(rule)).containsExactly("IsNotMarked");
    }
}
