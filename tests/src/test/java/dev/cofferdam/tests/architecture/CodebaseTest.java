// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A rule passes on classes it never saw. So: what the rules look at is exactly what the modules' sources declare. */
class CodebaseTest {
    /** Root of the checkout; Surefire runs a test in its module's folder. */
    private static final Path CHECKOUT = Path.of("").toAbsolutePath().getParent();

    @SuppressWarnings("unused") // read by @FieldSource
    private static final Iterable<String> MODULES = Codebase.MODULES;

    @ParameterizedTest
    @FieldSource("MODULES")
    void everySourceFileOfTheModuleIsSeen(String module) throws IOException {
        Set<String> seen = Codebase.PRODUCT.classesOf(module).stream().map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));
        assertThat(seen).containsAll(declared(CHECKOUT.resolve(module).resolve("src/main/java"))).isNotEmpty();
    }

    @Test
    void noModuleIsForgotten() throws IOException {
        try (Stream<Path> folders = Files.list(CHECKOUT)) {
            Set<String> withMainSources = folders.filter(f -> Files.isDirectory(f.resolve("src/main/java")))
                .map(f -> f.getFileName().toString())
                .collect(Collectors.toSet());
            assertThat(Codebase.MODULES).containsExactlyInAnyOrderElementsOf(withMainSources);
        }
    }

    private static Set<String> declared(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            Set<String> names = files.filter(f -> f.toString().endsWith(".java"))
                .map(f -> sources.relativize(f).toString().replace(".java", "").replace('/', '.'))
                .collect(Collectors.toSet());
            assertThat(names).as("source files below %s", sources).isNotEmpty();
            return names;
        }
    }
}
