// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets Jazzer look for streams that break the parser, in a process of its own: {@code mvn -P fuzz -pl resp -am test -Dtest=RespParserJazzerTest}. What it finds
 * is printed as bytes that {@link RespParserFuzzTarget} takes.
 */
@EnabledIfSystemProperty(named = "cofferdam.jazzer.seconds", matches = "\\d+", disabledReason = "runs with the profile 'fuzz' only")
class RespParserJazzerTest {
    @Test
    void findsNothing(@TempDir Path folder) throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            Files.write(folder.resolve("seed-" + i), joined(new ProtocolMutations(new java.util.Random(i)).stream()));
        }
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-Xmx512m",
                "-Dcofferdam.mem.check=true", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer", "--cp=" + System.getProperty("java.class.path"),
                "--target_class=" + RespParserFuzzTarget.class.getName(), "--instrumentation_includes=" + RespParser.class.getName(),
                "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-max_len=4096",
                "-max_total_time=" + Long.getLong("cofferdam.jazzer.seconds"), folder.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsPattern("Done \\d+ runs");
    }

    /** Behind the two bytes that say how the stream is received. */
    private static byte[] joined(byte[] stream) {
        byte[] input = new byte[stream.length + 2];
        System.arraycopy(stream, 0, input, 2, stream.length);
        return input;
    }
}
