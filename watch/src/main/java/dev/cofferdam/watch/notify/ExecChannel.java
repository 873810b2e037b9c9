// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the user's own, started without a shell: the JSON on its standard input, the same facts as words in its environment, of which
 * else only {@code PATH} is left. It and what it started is ended after the time limit. Exit code 0 is delivered, 75 (temporary failure, as in
 * sysexits) is tried again, any other is refused. What it prints goes nowhere.
 */
final class ExecChannel implements Channel {
    private static final int TEMPORARY_FAILURE = 75;
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final ChannelOptions.Exec options;
    private final int timeLimitSeconds;

    ExecChannel(ChannelOptions.Exec options, int timeLimitSeconds) {
        this.options = options;
        this.timeLimitSeconds = timeLimitSeconds;
    }

    @Override
    public ChannelOptions.Exec options() {
        return options;
    }

    @Override
    public boolean canUpdate() {
        return true;
    }

    @Override
    public Outcome deliver(Message message, String reference) throws InterruptedException {
        Process process;
        try {
            process = start(message);
        } catch (IOException e) {
            return Outcome.refused("the program cannot be started: " + options.command().getFirst());
        }
        // A program that reads nothing must not hold us: the pipe takes 64 KB, what is more is written by a thread that ends with it.
        Thread writer = Thread.ofVirtual().start(() -> write(process, MessageJson.bytes(MessageJson.of(message))));
        try {
            if (!process.waitFor(timeLimitSeconds, TimeUnit.SECONDS)) {
                return Outcome.later("not done within " + timeLimitSeconds + " s, and ended", 0);
            }
            int code = process.exitValue();
            return code == 0
                    ? Outcome.delivered("exit code 0")
                    : code == TEMPORARY_FAILURE ? Outcome.later("exit code 75", 0) : Outcome.refused("exit code " + code);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            writer.interrupt();
        }
    }

    private Process start(Message message) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(options.command()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", PATH);
        environment.clear();
        environment.put("PATH", path);
        environment.put("LANG", "C.UTF-8");
        environment.put("COFFERDAM_INCIDENT", message.incident().id());
        environment.put("COFFERDAM_TARGET", message.incident().target());
        environment.put("COFFERDAM_KIND", MessageJson.lower(message.kind()));
        environment.put("COFFERDAM_STAGE", MessageJson.lower(message.incident().stage()));
        environment.put("COFFERDAM_SUMMARY", message.text().headline());
        environment.put("COFFERDAM_SMS", message.text().sms());
        return builder.start();
    }

    private static void write(Process process, byte[] json) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(json);
        } catch (IOException e) {
            // It does not want to read; its exit code says whether that matters.
        }
    }
}
