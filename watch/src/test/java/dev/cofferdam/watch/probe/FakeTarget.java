// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A target without sockets: commands answered by functions a test gives, by the command's name or its first two words. Counts what it is asked. */
public class FakeTarget implements Dialer {
    public static final TargetAddress ADDRESS = TargetAddress.parse("redis://fake:1");

    private final Map<String, Function<Request, Reply>> answers = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final List<Reply> pushes = new ArrayList<>();
    private boolean up = true;
    private Runnable slowness = () -> {
    };
    private int dials;
    private int listened;

    public FakeTarget() {
        answer("INFO", request -> bulk(info()));
    }

    /** INFO as it would answer; a subclass or {@link #answer} gives a better one. */
    protected String info() {
        return "redis_version:7.0.15\r\nrun_id:one\r\nuptime_in_seconds:100\r\nrole:master\r\nused_memory:1000000\r\nmaxmemory:10000000\r\n"
                + "maxmemory_policy:noeviction\r\nused_memory_dataset:900000\r\nused_cpu_sys:1.0\r\nused_cpu_user:2.0\r\n"
                + "db0:keys=100,expires=10,avg_ttl=0\r\n";
    }

    public final void answer(String command, Function<Request, Reply> how) {
        answers.put(command, how);
    }

    public final void up(boolean isUp) {
        up = isUp;
    }

    /** Happens at each answer: a clock that moves, for a target that takes its time. */
    public final void slowness(Runnable each) {
        slowness = each;
    }

    /** What a burst will hear. */
    public final List<Reply> pushes() {
        return pushes;
    }

    public final int asked(String command) {
        return asked.getOrDefault(command, 0);
    }

    public final int dials() {
        return dials;
    }

    public final int listened() {
        return listened;
    }

    public static Reply bulk(String text) {
        return new Reply.Bulk(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static String word(Request request, int index) {
        return index < request.count() ? new String(request.word(index), StandardCharsets.ISO_8859_1) : "";
    }

    @Override
    public Link dial(TargetAddress.Node node) throws IOException {
        dials++;
        if (!up) {
            throw new ConnectException("nobody there");
        }
        return new FakeLink();
    }

    @Override
    public Link dialSentinel(TargetAddress.Node node) throws IOException {
        return dial(node);
    }

    @Override
    public void listen(TargetAddress.Node node, Burst burst, Duration time) throws IOException {
        listened++;
        if (reply(burst.command()) instanceof Reply.Failure failure) {
            throw new AccessException(failure.message());
        }
        for (Reply push : pushes) {
            if (!burst.hear(push)) {
                return;
            }
        }
    }

    private Reply reply(Request request) {
        String name = word(request, 0).toUpperCase(Locale.ROOT);
        String two = name + " " + word(request, 1).toUpperCase(Locale.ROOT);
        asked.merge(name, 1, Integer::sum);
        slowness.run();
        Function<Request, Reply> how = answers.containsKey(two) ? answers.get(two) : answers.get(name);
        return how == null ? new Reply.Failure("ERR unknown command '" + name + "'") : how.apply(request);
    }

    private final class FakeLink implements Link {
        private boolean open = true;

        @Override
        public List<Reply> ask(List<Request> requests) throws IOException {
            if (!open || !up) {
                open = false;
                throw new IOException("Connection reset");
            }
            List<Reply> replies = new ArrayList<>();
            try {
                for (Request request : requests) {
                    replies.add(reply(request));
                }
            } catch (UncheckedIOException e) {
                // How a test's function says that the connection broke in the middle.
                open = false;
                throw new IOException(e.getMessage(), e);
            }
            return replies;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
