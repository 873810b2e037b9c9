// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of the real jar on the JDK of the tests. Owns the process and ends it at {@link #close()}; keeps every line it printed.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Path JAR = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("cli/target/cofferdam.jar");
    private static final long WAIT_SECONDS = 60;
    private static final Pattern LISTENING = Pattern.compile("Listening on .* port (\\d+)");

    private final Process process;
    private final BufferedReader out;
    private final List<String> lines = new ArrayList<>();
    private int port;

    private ServerProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts {@code cofferdam} with the arguments; standard error goes to the same place as standard output. */
    public static ServerProcess run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx64m",
                "-XX:+UseCompactObjectHeaders", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new ServerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** As {@link #serve}, with the flags of the launcher: its small Java heap is what huge commands must not fill. */
    public static ServerProcess serveAsLaunched(String... arguments) throws IOException {
        String launcher = Files.readString(Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("cofferdam"));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String variable : List.of("serial", "options")) {
            Matcher quoted = Pattern.compile("^" + variable + "='([^']*)'", Pattern.MULTILINE).matcher(launcher);
            if (!quoted.find()) {
                throw new AssertionError("the launcher sets no " + variable);
            }
            command.addAll(List.of(quoted.group(1).trim().split("\\s+")));
        }
        command.addAll(List.of("-jar", JAR.toString(), "serve", "--port", "0"));
        command.addAll(List.of(arguments));
        ServerProcess server = new ServerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
        server.readUntil("Ready to accept connections");
        return server;
    }

    /** Starts {@code cofferdam serve} on a free port with a small memory, and returns when it is ready. */
    public static ServerProcess serve(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--port", "0"));
        ServerProcess server = run(all.toArray(String[]::new));
        server.readUntil("Ready to accept connections");
        return server;
    }

    /** Reads the output up to a line that contains the text; fails with all of it when it ends before. */
    public void readUntil(String text) throws IOException {
        while (true) {
            String line = out.readLine();
            if (line == null) {
                throw new AssertionError("no line with '" + text + "' in:\n" + String.join("\n", lines));
            }
            lines.add(line);
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                port = Integer.parseInt(matcher.group(1));
            }
            if (line.contains(text)) {
                return;
            }
        }
    }

    /** Waits for the end and answers the exit status. */
    public int awaitEnd() throws IOException, InterruptedException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
        }
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + WAIT_SECONDS + " s:\n" + String.join("\n", lines));
        }
        return process.exitValue();
    }

    /** Sends SIGTERM; {@link Process#destroy()} would close the output too. */
    public void terminate() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
    }

    /** Sends SIGKILL, and returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** All lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Sends inline commands and answers what comes back until the server closes the connection after QUIT. */
    public String talk(String... commands) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
            socket.getOutputStream().write((String.join("\r\n", commands) + "\r\nQUIT\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor();
        out.close();
    }
}
