// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import dev.cofferdam.memory.Clock;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One blocking connection to a server that speaks RESP.
 *
 * <p>Owns the socket. One thread at a time, platform or virtual; only {@link #close()} may come from another, and ends what the first is waiting for. After an
 * {@link IOException} (a timeout too: the late reply would be taken for the next command's) the connection is closed and stays so; make a new one.
 *
 * <p>Timeouts are deadlines over a whole reply, not over one read of it. Writing has none: a server that never reads again holds the caller until
 * somebody closes the connection.
 */
public final class RespClient implements AutoCloseable {
    /** So much may be under way unanswered before we read: two sides that only write would wait for each other for ever. */
    private static final int WINDOW_BYTES = 32 * 1024;

    /** The one on the wire; with TLS another stands before it. Closing this one never waits for the peer. */
    private final Socket socket;
    private final OutputStream out;
    private final ReplyReader reader;
    private final Clock clock;
    private final RespClientOptions options;
    private long deadlineNanos;
    private volatile Consumer<List<Reply>> pushes = push -> {
    };

    private RespClient(Socket socket, Socket talked, RespClientOptions options, Clock clock) throws IOException {
        this.socket = socket;
        this.options = options;
        this.clock = clock;
        this.out = new BufferedOutputStream(talked.getOutputStream(), 8 * 1024);
        this.reader = new ReplyReader(new DeadlineInput(talked.getInputStream()), options.replyMaxBytes());
    }

    /** Connects, says HELLO or AUTH and SELECT as the options ask, and throws {@link UnexpectedReplyException} when the server refuses one of them. */
    public static RespClient connect(InetSocketAddress address, RespClientOptions options, Clock clock) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, Math.toIntExact(options.connectTimeout().toMillis()));
            Socket talked = options.tls() == null ? socket : encrypted(socket, address, options, options.tls());
            RespClient client = new RespClient(socket, talked, options, clock);
            client.introduce();
            return client;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The handshake has the time a connection has. */
    private static Socket encrypted(Socket plain, InetSocketAddress address, RespClientOptions options, SSLContext context)
            throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, address.getHostString(), address.getPort(), true);
        if (options.hostNameChecked()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.setSoTimeout(Math.toIntExact(options.connectTimeout().toMillis()));
        socket.startHandshake();
        return socket;
    }

    private void introduce() throws IOException {
        String user = options.username();
        String password = options.password();
        if (options.protocol() == 3) {
            Request hello = Request.of("HELLO", "3");
            if (password != null) {
                hello.and("AUTH").and(user == null ? "default" : user).and(password);
            }
            call(hello).orThrow();
        } else if (password != null) {
            call(user == null ? Request.of("AUTH", password) : Request.of("AUTH", user, password)).orThrow();
        }
        if (options.database() != 0) {
            call(Request.of("SELECT").and(options.database())).orThrow();
        }
    }

    /** Who hears what the server says unasked (RESP3); on the thread that reads. Nobody, at first. */
    public void onPush(Consumer<List<Reply>> listener) {
        pushes = listener;
    }

    public Reply call(String... words) throws IOException {
        return call(Request.of(words));
    }

    public Reply call(Request request) throws IOException {
        return call(request, options.replyTimeout());
    }

    /** With a timeout of its own, for commands that wait. */
    public Reply call(Request request, Duration timeout) throws IOException {
        return pipeline(List.of(request), timeout).getFirst();
    }

    public List<Reply> pipeline(List<Request> requests) throws IOException {
        return pipeline(requests, options.replyTimeout());
    }

    /** Sends many commands without waiting for each; a reply for each, failures among them. The timeout is for all together. */
    public List<Reply> pipeline(List<Request> requests, Duration timeout) throws IOException {
        List<Reply> replies = new ArrayList<>(requests.size());
        startDeadline(timeout);
        try {
            int bytes = 0;
            int sent = 0;
            for (Request request : requests) {
                request.writeTo(out);
                sent++;
                bytes += request.sizeBytes();
                if (bytes >= WINDOW_BYTES) {
                    readUpTo(sent, replies);
                    bytes = 0;
                }
            }
            readUpTo(sent, replies);
            return replies;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Sends without waiting; {@link #receive} reads the replies, in order. */
    public void send(Request request) throws IOException {
        try {
            request.writeTo(out);
            out.flush();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** The next thing the server says, pushes included: for subscribers, and after {@link #send}. */
    public Reply receive(Duration timeout) throws IOException {
        startDeadline(timeout);
        try {
            return reader.read();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void readUpTo(int count, List<Reply> replies) throws IOException {
        out.flush();
        while (replies.size() < count) {
            Reply reply = reader.read();
            if (reply instanceof Reply.Push push) {
                pushes.accept(push.items());
            } else {
                replies.add(reply);
            }
        }
    }

    private void startDeadline(Duration timeout) {
        deadlineNanos = clock.monotonicNanos() + timeout.toNanos();
    }

    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    /** Each read may take what is left until the deadline. */
    private final class DeadlineInput extends InputStream {
        private final InputStream in;

        DeadlineInput(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long leftMillis = (deadlineNanos - clock.monotonicNanos()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("no whole reply within the time given");
            }
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, leftMillis));
            return in.read(bytes, offset, length);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }
}
