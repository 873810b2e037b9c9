// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandTable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A server on a real loopback socket, and clients that write and read bytes. Keys that begin with "o" lie in the
 * compartment "other", all else in "default"; the port is the system's choice. */
final class LoopHarness implements AutoCloseable {
    static final int PATIENCE_MILLIS = 20_000;

    final Server server;
    final List<String> events = new CopyOnWriteArrayList<>();
    private final int port;

    LoopHarness(long maxBytes, long connectionsMaxBytes) throws IOException {
        this(maxBytes, connectionsMaxBytes, table -> {
        });
    }

    /** @param declarations further commands, for tests */
    LoopHarness(long maxBytes, long connectionsMaxBytes, Consumer<CommandTable> declarations) throws IOException {
        this(maxBytes, connectionsMaxBytes, FullPolicy.REJECT, maxBytes, declarations);
    }

    /** @param otherFull what the compartment "other" does when it has {@code otherMaxBytes} */
    LoopHarness(long maxBytes, long connectionsMaxBytes, FullPolicy otherFull, long otherMaxBytes, Consumer<CommandTable> declarations)
            throws IOException {
        List<CompartmentOptions> compartments = List.of(new CompartmentOptions("default", 0, maxBytes, FullPolicy.REJECT),
                new CompartmentOptions("other", 0, otherMaxBytes, otherFull));
        server = new Server(new ServerOptions(List.of("127.0.0.1"), 0, maxBytes, 0, 0, connectionsMaxBytes, compartments,
                (database, address, length) -> length > 0 && Mem.getByte(address) == 'o' ? 1 : 0, 42), PrefixBooks.LEARNED,
                Clock.system(), events::add);
        declarations.accept(server.commands());
        port = server.start();
    }

    RawClient connect() throws IOException {
        return new RawClient(port, 0, events);
    }

    /** A client whose kernel takes little of what it does not read. */
    RawClient connectWithSmallBuffer() throws IOException {
        return new RawClient(port, 4096, events);
    }

    /** Waits until the condition holds; false when it does not within the usual patience. */
    static boolean eventually(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (System.nanoTime() < end) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Thread.sleep(5);
        }
        return condition.getAsBoolean();
    }

    @Override
    public void close() {
        server.stop();
        List<String> wrong = KeyspaceAudit.of(server.keyspace());
        if (!wrong.isEmpty()) {
            throw new AssertionError(wrong);
        }
        server.arena().audit();
        server.arena().close();
    }

    /** Bytes out, bytes in; ISO-8859-1. Where the server cut it, the error tells what the server logged. */
    static final class RawClient implements AutoCloseable {
        final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final List<String> events;

        RawClient(int port, int receiveBytes, List<String> events) throws IOException {
            this.events = events;
            socket = new Socket();
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        /** Over a socket that somebody else has connected, as one that speaks TLS. */
        RawClient(Socket connected, List<String> events) throws IOException {
            this.events = events;
            socket = connected;
            connected.setSoTimeout(PATIENCE_MILLIS);
            in = connected.getInputStream();
            out = connected.getOutputStream();
        }

        RawClient send(String bytes) throws IOException {
            try {
                out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new IOException(e.getMessage() + "; the server's log: " + events, e);
            }
            return this;
        }

        RawClient command(String... arguments) throws IOException {
            return send(resp(arguments));
        }

        static String resp(String... arguments) {
            StringBuilder text = new StringBuilder("*" + arguments.length + "\r\n");
            for (String argument : arguments) {
                text.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
            }
            return text.toString();
        }

        String read(int bytes) throws IOException {
            byte[] read = in.readNBytes(bytes);
            if (read.length < bytes) {
                throw new EOFException("got " + read.length + " of " + bytes + " bytes, beginning '"
                        + new String(read, 0, Math.min(read.length, 200), StandardCharsets.ISO_8859_1) + "'; the server's log: "
                        + events);
            }
            return new String(read, StandardCharsets.ISO_8859_1);
        }

        /** A line without its end. */
        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int c = in.read();
                if (c < 0) {
                    throw new EOFException("after '" + line + "'; the server's log: " + events);
                }
                if (c == '\n') {
                    return line.substring(0, line.length() - 1);
                }
                line.append((char) c);
            }
        }

        /** Sends a command and takes one line. */
        String ask(String... arguments) throws IOException {
            return command(arguments).line();
        }

        /** Nothing has come yet. */
        boolean hasNothing() throws IOException {
            return in.available() == 0;
        }

        boolean isAtEnd() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
