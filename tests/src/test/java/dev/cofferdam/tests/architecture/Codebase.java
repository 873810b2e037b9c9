// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A set of compiled classes below one root package, one package per module. There are two: the product, on which the rules must hold, and
 * the planted one, on which they must fail. A rule is a function of the root package, so that both are judged by the same rule.
 *
 * <p>Reading classes is slow, so both are read once and shared; they never change.
 */
final class Codebase {
    static final List<String> MODULES = List.of("memory", "lua", "keyspace", "resp", "server", "watch", "cli");
    static final Codebase PRODUCT = new Codebase("dev.cofferdam");
    static final Codebase PLANTED = new Codebase("dev.cofferdam.tests.architecture.planted");

    final String root;
    final JavaClasses classes;

    private Codebase(String root) {
        this.root = root;
        this.classes = new ClassFileImporter().importPackages(MODULES.stream().map(module -> root + "." + module).toList());
    }

    /** Checks the rule on the product, after making sure that it has something to look at in each of these modules. */
    static void check(Function<String, ArchRule> rule, List<String> modules) {
        for (String module : modules) {
            assertThat(PRODUCT.classesOf(module)).as("classes seen in module '%s'", module).isNotEmpty();
        }
        rule.apply(PRODUCT.root).check(PRODUCT.classes);
    }

    /** Simple names of the planted classes the rule complains about; a nested class counts as its outermost one. */
    static Set<String> caught(Function<String, ArchRule> rule) {
        Set<String> names = new TreeSet<>();
        List<String> complaints = rule.apply(PLANTED.root).evaluate(PLANTED.classes).getFailureReport().getDetails();
        for (JavaClass planted : PLANTED.classes) {
            // ArchUnit names the offender first, as "Class <name> …" or "Method <name.method()> …".
            String offender = "<" + planted.getName();
            if (complaints.stream().anyMatch(text -> isNamedFirst(text, offender))) {
                names.add(outermost(planted));
            }
        }
        return names;
    }

    Set<JavaClass> classesOf(String module) {
        String name = root + "." + module;
        return classes.stream()
            .filter(c -> c.getPackageName().equals(name) || c.getPackageName().startsWith(name + "."))
            .collect(Collectors.toSet());
    }

    /** Simple name of the top-level class this one stands in, so that an exception by name covers lambdas and nested classes too. */
    static String outermost(JavaClass javaClass) {
        String name = javaClass.getName();
        int end = name.indexOf('$');
        return name.substring(name.lastIndexOf('.', end < 0 ? name.length() : end) + 1, end < 0 ? name.length() : end);
    }

    private static boolean isNamedFirst(String complaint, String offender) {
        int at = complaint.indexOf('<');
        if (!complaint.startsWith(offender, at)) {
            return false;
        }
        char next = complaint.charAt(at + offender.length());
        return next == '>' || next == '.' || next == '$';
    }
}
