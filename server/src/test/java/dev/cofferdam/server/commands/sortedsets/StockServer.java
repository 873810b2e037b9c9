// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stock redis-server on a free loopback port, and one connection to it that returns replies as the bytes they are. */
public final class StockServer implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");

    private final Process process;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private StockServer(Process process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    public static boolean isInstalled() {
        return Files.isExecutable(BINARY);
    }

    public static StockServer start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        Process process = new ProcessBuilder(BINARY.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no")
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        for (int tries = 0; tries < 200 && process.isAlive(); tries++) {
            try {
                return new StockServer(process, new Socket("127.0.0.1", port));
            } catch (IOException notYet) {
                Thread.sleep(25);
            }
        }
        process.destroyForcibly();
        throw new IOException("redis-server did not open port " + port);
    }

    public String run(String... arguments) throws IOException {
        StringBuilder request = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            request.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
        }
        out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        read(reply);
        return reply.toString(StandardCharsets.ISO_8859_1);
    }

    private void read(ByteArrayOutputStream reply) throws IOException {
        String line = line(reply);
        char mark = line.charAt(0);
        if (mark == '$' && line.charAt(1) != '-' || mark == '=') {
            reply.writeBytes(in.readNBytes(Integer.parseInt(line.substring(1)) + 2));
        } else if (mark == '*' || mark == '~' || mark == '%') {
            int parts = Integer.parseInt(line.substring(1)) * (mark == '%' ? 2 : 1);
            for (int i = 0; i < parts; i++) {
                read(reply);
            }
        }
    }

    private String line(ByteArrayOutputStream reply) throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        do {
            c = in.read();
            if (c < 0) {
                throw new IOException("redis-server closed the connection");
            }
            reply.write(c);
            line.append((char) c);
        } while (c != '\n');
        return line.substring(0, line.length() - 2);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroy();
    }
}
