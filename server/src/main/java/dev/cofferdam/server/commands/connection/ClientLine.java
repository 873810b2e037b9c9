// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.connection;

import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.pubsub.PubSub;
import dev.cofferdam.server.pubsub.Subscriptions;
import dev.cofferdam.server.pubsub.Tracker;
import org.jspecify.annotations.Nullable;

/** One client as CLIENT LIST and CLIENT INFO show it: Redis's fields in Redis's order. */
public final class ClientLine {
    private ClientLine() {
    }

    /** Without the end of the line. */
    public static String of(Client client, long nowMillis) {
        StringBuilder line = new StringBuilder();
        append(line, client, null, nowMillis);
        line.setLength(line.length() - 1);
        return line.toString();
    }

    static void append(StringBuilder to, Client client, Call call) {
        append(to, client, call, call.nowMillis());
    }

    private static void append(StringBuilder to, Client client, @Nullable Call call, long nowMillis) {
        long output = client.outputBytes();
        to.append("id=").append(client.id());
        to.append(" addr=").append(client.peer());
        to.append(" laddr=").append(client.local());
        to.append(" fd=").append(client.descriptor());
        to.append(" name=").append(client.name());
        to.append(" age=").append((nowMillis - client.createdMillis()) / 1000);
        to.append(" idle=").append((nowMillis - client.lastUseMillis()) / 1000);
        to.append(" flags=").append(flags(client));
        to.append(" db=").append(client.database());
        to.append(" sub=").append(PubSub.count(client, Subscriptions.CHANNELS));
        to.append(" psub=").append(PubSub.count(client, Subscriptions.PATTERNS));
        to.append(" ssub=").append(PubSub.count(client, Subscriptions.SHARD_CHANNELS));
        to.append(" multi=").append(client.queuedCommands());
        to.append(" qbuf=").append(call != null && client == call.client() ? commandBytes(call) : client.inputBytes());
        to.append(" qbuf-free=").append(Math.max(0, client.inputBufferBytes() - client.inputBytes() - client.argumentBytes()));
        to.append(" argv-mem=").append(client.argumentBytes());
        to.append(" multi-mem=").append(client.queueBytes());
        to.append(" rbs=0 rbp=0 obl=0");
        to.append(" oll=").append(output > 0 ? 1 : 0);
        to.append(" omem=").append(output);
        to.append(" tot-mem=").append(client.memoryBytes());
        to.append(" events=").append(output > 0 ? "rw" : "r");
        to.append(" cmd=").append(client.lastCommand());
        Tracker tracker = client.tracker();
        to.append(" user=").append(client.user().name()).append(" redir=").append(tracker == null ? -1 : tracker.targetId());
        to.append(" resp=").append(client.resp3() ? 3 : 2);
        to.append(" lib-name=").append(client.libraryName());
        to.append(" lib-ver=").append(client.libraryVersion());
        to.append('\n');
    }

    /** The command that asks is in its buffer while it runs, in Redis's eyes: its bytes as the protocol has them. */
    private static long commandBytes(Call call) {
        long bytes = lineBytes(call.count());
        for (int i = 0; i < call.count(); i++) {
            bytes += lineBytes(call.length(i)) + call.length(i) + 2;
        }
        return bytes;
    }

    /** A mark, a number, and the end of the line. */
    private static int lineBytes(int number) {
        return 1 + Integer.toString(number).length() + 2;
    }

    private static String flags(Client client) {
        StringBuilder flags = new StringBuilder();
        if (client.isReplica()) {
            flags.append('S');
        }
        if (client.isMonitor()) {
            flags.append('O');
        }
        if (client.isSubscribed()) {
            flags.append('P');
        }
        if (client.inMulti()) {
            flags.append('x');
        }
        if (client.isBlocked()) {
            flags.append('b');
        }
        Tracker tracker = client.tracker();
        if (tracker != null) {
            flags.append('t').append(tracker.isBroken() ? "R" : "").append(tracker.isBroadcast() ? "B" : "");
        }
        if (client.isWatchBroken()) {
            flags.append('d');
        }
        if (client.closesAfterReply()) {
            flags.append('c');
        }
        if (client.isNoEvict()) {
            flags.append('e');
        }
        if (client.isNoTouch()) {
            flags.append('T');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }
}
