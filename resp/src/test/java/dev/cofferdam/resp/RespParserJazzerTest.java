// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets Jazzer look for streams that break the parser, in a process of its own: some seconds in every build, longer with
 * the profile {@code fuzz} (CONTRIBUTING.md). What it finds is printed with the command that repeats it.
 */
class RespParserJazzerTest {
    private static final long SECONDS = Long.getLong("cofferdam.jazzer.seconds", 7);
    private static final String REPEATED_INPUT = System.getProperty("cofferdam.jazzer.input", "");
    /** An input that takes longer is one that hangs the parser. */
    private static final int INPUT_MAX_SECONDS = 60;

    @Test
    void findsNothing(@TempDir Path folder) throws IOException, InterruptedException {
        if (!REPEATED_INPUT.isEmpty()) {
            RespParserFuzzTarget.fuzzerTestOneInput(Base64.getUrlDecoder().decode(REPEATED_INPUT));
            return;
        }
        String output = search(RespParserFuzzTarget.class.getName(), folder);
        assertThat(output).containsPattern("Done \\d+ runs");
        assertThat(output).as("branches of the parser are followed").containsPattern("DONE +cov: \\d{3}");
    }

    /** What is found by all means, so that a search that finds nothing says something. */
    @Test
    void tellsHowToRepeatWhatItFinds(@TempDir Path folder) {
        assertThatThrownBy(() -> search(Planted.class.getName(), folder))
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("-Dcofferdam.jazzer.input=")
            .hasMessageContaining("a planted fault");
    }

    /** A parser that stumbles over an empty argument. */
    public static final class Planted {
        private Planted() {
        }

        /** Called by Jazzer. */
        public static void fuzzerTestOneInput(byte[] input) {
            RespParserFuzzTarget.fuzzerTestOneInput(input);
            assertThat(new String(input, StandardCharsets.ISO_8859_1)).as("a planted fault").doesNotContain("$0\r\n");
        }
    }

    private static String search(String target, Path folder) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        Path found = Files.createDirectory(folder.resolve("found"));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            Files.write(corpus.resolve("seed-" + i), withHead(random, new ProtocolMutations(random).stream()));
        }
        String classPath = System.getProperty("java.class.path");
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading", "-Dcofferdam.mem.check=true",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, "com.code_intelligence.jazzer.Jazzer", "--cp=" + classPath,
                "--target_class=" + target, "--instrumentation_includes=" + RespParser.class.getName(),
                "--custom_hook_excludes=**", "--reproducer_path=" + found, "-artifact_prefix=" + found + "/", "-max_len=4096",
                "-timeout=" + INPUT_MAX_SECONDS, "-max_total_time=" + SECONDS, corpus.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(howToRepeat(found) + "\n" + output);
        }
        return output;
    }

    private static String howToRepeat(Path found) throws IOException {
        try (Stream<Path> files = Files.list(found)) {
            for (Path file : files.filter(path -> !path.toString().endsWith(".java")).sorted().toList()) {
                return "repeat with mvn test -pl resp -am -Dtest=RespParserJazzerTest#findsNothing -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -Dcofferdam.jazzer.input=" + Base64.getUrlEncoder().encodeToString(Files.readAllBytes(file));
            }
        }
        return "Jazzer ended without an input";
    }

    private static byte[] withHead(Random random, byte[] stream) {
        byte[] input = new byte[RespParserFuzzTarget.HEAD_BYTES + stream.length];
        for (int i = 0; i < RespParserFuzzTarget.HEAD_BYTES; i++) {
            input[i] = (byte) random.nextInt(256);
        }
        System.arraycopy(stream, 0, input, RespParserFuzzTarget.HEAD_BYTES, stream.length);
        return input;
    }
}
