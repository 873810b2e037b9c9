// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.replication.ReplicaLink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server without sockets, for tests of command families: {@code run("SET", "k", "v")} answers the reply's bytes as text.
 *
 * <pre>
 * try (CommandHarness harness = CommandHarness.single(16 &lt;&lt; 20)) {
 *     assertThat(harness.run("SET", "k", "v")).isEqualTo("+OK\r\n");
 *     CommandHarness.TestClient other = harness.client();
 *     other.run("BLPOP", "list", "0");          // "" while it waits
 *     harness.run("RPUSH", "list", "a");
 *     other.received();                         // the reply it was served
 * }
 * </pre>
 * Arguments and replies are ISO-8859-1: one character a byte. The clock stands still; move it with {@link #advanceMillis}. A command that asks for
 * its lane runs at once, in place.
 */
public final class CommandHarness implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** A clock that tests move. */
    private static final class StillClock implements Clock {
        long millis = 1_700_000_000_000L;

        @Override
        public long wallMillis() {
            return millis;
        }

        @Override
        public long monotonicNanos() {
            return millis * 1_000_000;
        }
    }

    private final StillClock clock = new StillClock();
    public final Server server;
    private final Account account;
    private final long output;
    private final TestClient first;
    private long clients;
    private long laneCommands;

    public CommandHarness(long maxBytes, List<CompartmentOptions> compartments, Router router) {
        this(new ServerOptions(List.of("127.0.0.1"), 0, maxBytes, 0, 0, maxBytes, compartments, router, 42));
    }

    public CommandHarness(ServerOptions options) {
        server = new Server(options, PrefixBooks.LEARNED, clock,
                line -> {
                });
        account = server.connections();
        output = account.takeRun(BUFFER_BYTES);
        first = client();
    }

    /** One compartment "default" that rejects when full. */
    public static CommandHarness single(long maxBytes) {
        return new CommandHarness(maxBytes, List.of(new CompartmentOptions("default", 0, maxBytes, FullPolicy.REJECT)),
                (database, address, length) -> 0);
    }

    /** Another client; the harness has one of its own. */
    public TestClient client() {
        return new TestClient(++clients);
    }

    /** Runs a command as the harness's own client. */
    public String run(String... arguments) {
        return first.run(arguments);
    }

    /** Commands that asked for their lane. */
    public long laneCommands() {
        return laneCommands;
    }

    /** The harness's own client. */
    public TestClient firstClient() {
        return first;
    }

    public void advanceMillis(long millis) {
        clock.millis += millis;
        server.keyspace().tick();
        server.blocking().expire(server.nowMillis(), rerun);
    }

    private final Blocking.Rerun rerun = new Blocking.Rerun() {
        @Override
        public boolean rerun(Client client) {
            return ((TestClient) client).rerun();
        }

        @Override
        public void release(Client client, String error) {
            ((TestClient) client).release(error);
        }
    };

    @Override
    public void close() {
        server.arena().audit();
        server.arena().close();
    }

    /** A client that keeps what it is sent. */
    public final class TestClient extends Client implements ReplyRoom {
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final ReplyWriter writer = new ReplyWriter(this);
        private final RespParser parser = new RespParser(1 << 20, 512 << 20);
        private final Call call = new Call(server, parser, writer);
        private final Queue queue = new Queue();
        private byte[] waiting = {};
        private boolean closed;

        TestClient(long id) {
            super(id, server.nowMillis());
            server.acl().begin(this);
        }

        /** Runs one command; answers what the client received by it, which is nothing while it waits. */
        public String run(String... arguments) {
            execute(encode(arguments), false);
            server.blocking().serve(rerun);
            return received();
        }

        /** Runs the same bytes a client would send, for protocol-level tests. */
        public String runRaw(String bytes) {
            execute(bytes.getBytes(StandardCharsets.ISO_8859_1), false);
            server.blocking().serve(rerun);
            return received();
        }

        /** Takes what was received and not taken yet. */
        public String received() {
            String text = received.toString(StandardCharsets.ISO_8859_1);
            received.reset();
            return text;
        }

        public boolean isClosed() {
            return closed;
        }

        private boolean execute(byte[] bytes, boolean again) {
            long input = account.takeRun(bytes.length + 8L);
            Mem.copyFrom(bytes, 0, input, bytes.length);
            parser.start(input, input + bytes.length);
            boolean served = true;
            while (parser.next() == RespParser.COMMAND) {
                writer.attach(output, BUFFER_BYTES);
                writer.setResp3(resp3());
                call.begin(this, parser.firstArgument(), parser.argumentCount());
                call.setRerun(again);
                server.dispatcher().startBatch();
                server.dispatcher().prepare(call, null);
                int outcome = server.dispatcher().run(call);
                if (outcome == Dispatcher.LANE) {
                    laneCommands++;
                    call.begin(this, parser.firstArgument(), parser.argumentCount());
                    call.setLane(true);
                    outcome = server.dispatcher().run(call);
                    call.setLane(false);
                    call.tellLaneChanges();
                    server.transactions().over(call);
                }
                served = outcome == Dispatcher.DONE;
                if (outcome == Dispatcher.BLOCKED && !again) {
                    waiting = bytes;
                }
                makeRoom(writer, 0);
                parser.clearTable();
            }
            account.returnRun(input, bytes.length + 8L);
            return served;
        }

        private boolean rerun() {
            if (!execute(waiting, true)) {
                return false;
            }
            server.blocking().forget(this);
            return true;
        }

        private void release(String error) {
            server.blocking().forget(this);
            writer.attach(output, BUFFER_BYTES);
            writer.setResp3(resp3());
            if (error == null) {
                writer.nilArray();
            } else {
                writer.error(error);
            }
            makeRoom(writer, 0);
        }

        private byte[] encode(String... arguments) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(("*" + arguments.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            for (String argument : arguments) {
                bytes.writeBytes(("$" + argument.length() + "\r\n" + argument + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            return bytes.toByteArray();
        }

        @Override
        public void makeRoom(ReplyWriter from, int bytes) {
            received.writeBytes(Mem.bytes(from.start(), from.writtenBytes()));
            from.attach(output, BUFFER_BYTES);
        }

        @Override
        public boolean takeReference(ReplyWriter from, long address, long length) {
            return false;
        }

        @Override
        public ReplicaLink replicaLink() {
            return new ReceivingLink();
        }

        /** Bytes put aside are sent when asked for; nothing else is held back. */
        private final class ReceivingLink implements ReplicaLink {
            private final ByteArrayOutputStream aside = new ByteArrayOutputStream();

            @Override
            public void hold() {
                // What is delivered meanwhile lies behind what goes ahead only for clients with a connection: tests let the file end before they go on.
            }

            @Override
            public void send(long address, long length) {
                deliver(address, length);
            }

            @Override
            public boolean putAside(long address, long length) {
                aside.writeBytes(Mem.bytes(address, (int) length));
                return true;
            }

            @Override
            public long asideBytes() {
                return aside.size();
            }

            @Override
            public void sendAside() {
                received.writeBytes(aside.toByteArray());
            }

            @Override
            public void release() {
                // Nothing is held.
            }

            @Override
            public void finish() {
                // Everything is there at once.
            }

            @Override
            public long unsentBytes() {
                return 0;
            }

            @Override
            public void close() {
                // Nothing to give back.
            }
        }

        @Override
        public void deliver(long address, long length) {
            received.writeBytes(Mem.bytes(address, (int) length));
        }

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public String peer() {
            return "127.0.0.1:1";
        }

        @Override
        public String local() {
            return "127.0.0.1:6379";
        }

        @Override
        public int descriptor() {
            return 8;
        }

        @Override
        public long argumentBytes() {
            return 0;
        }

        @Override
        public long inputBytes() {
            return 0;
        }

        @Override
        public long inputBufferBytes() {
            return 0;
        }

        @Override
        public long outputBytes() {
            return 0;
        }

        @Override
        public long queueBytes() {
            return queue.used;
        }

        @Override
        public CommandQueue commandQueue() {
            return queue;
        }

        @Override
        public void dropCommandQueue() {
            queue.drop();
        }

        @Override
        public int queuedCommands() {
            return inMulti() ? queue.commands() : -1;
        }

        /** Queued commands, in a run of their own. */
        private final class Queue implements CommandQueue {
            private final List<byte[]> commands = new ArrayList<>();
            private long address;
            private int used;

            @Override
            public boolean add(Call queued) {
                String[] arguments = new String[queued.count()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = queued.text(i);
                }
                byte[] bytes = encode(arguments);
                long grown = account.takeRun(used + bytes.length);
                if (used > 0) {
                    Mem.copy(address, grown, used);
                    account.returnRun(address, used);
                }
                Mem.copyFrom(bytes, 0, grown + used, bytes.length);
                address = grown;
                used += bytes.length;
                commands.add(bytes);
                return true;
            }

            void drop() {
                if (used > 0) {
                    account.returnRun(address, used);
                }
                commands.clear();
                used = 0;
            }

            @Override
            public int commands() {
                return commands.size();
            }

            @Override
            public long address() {
                return address;
            }

            @Override
            public long bytes() {
                return used;
            }
        }
    }
}
