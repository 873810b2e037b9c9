// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.replication.ReplicaLink;
import org.jspecify.annotations.Nullable;

/**
 * What a connection can do more when it is a replica's: keep the stream back while a file goes ahead of it.
 *
 * <p>Owns what was put aside. Event loop only. What always holds: all of it is paid by {@code connections} and counts against the replica's limits.
 */
final class ReplicaConnection implements ReplicaLink {
    private final EventLoop loop;
    private final Connection client;
    private @Nullable OutputChain aside;

    ReplicaConnection(EventLoop loop, Connection client) {
        this.loop = loop;
        this.client = client;
    }

    private boolean isOver() {
        return client.closed || client.pendingClose != null;
    }

    @Override
    public void hold() {
        if (!isOver() && client.held == null) {
            client.held = new OutputChain(loop.pool(), loop.pins());
        }
    }

    @Override
    public void send(long address, long length) {
        if (isOver()) {
            return;
        }
        boolean first = client.outputBytes() == 0;
        loop.unsent().keepOutput(client, address, length);
        if (first && !isOver()) {
            client.progressMillis = loop.nowMillis(); // it did not have anything to read before
        }
    }

    @Override
    public boolean putAside(long address, long length) {
        if (isOver()) {
            return true;
        }
        OutputChain chain = aside;
        if (chain == null) {
            chain = new OutputChain(loop.pool(), loop.pins());
            aside = chain;
        }
        return chain.append(address, length);
    }

    @Override
    public long asideBytes() {
        OutputChain chain = aside;
        return chain == null ? 0 : chain.bytes();
    }

    @Override
    public void sendAside() {
        OutputChain chain = aside;
        aside = null;
        send(chain);
    }

    @Override
    public void release() {
        OutputChain chain = client.held;
        client.held = null;
        send(chain);
    }

    private void send(@Nullable OutputChain chain) {
        if (chain == null) {
            return;
        }
        if (isOver()) {
            chain.clear();
            return;
        }
        client.chain().appendAll(chain);
        loop.unsent().begin(client);
    }

    @Override
    public void finish() {
        if (!isOver()) {
            loop.unsent().begin(client);
        }
    }

    @Override
    public long unsentBytes() {
        return client.outputBytes();
    }

    @Override
    public void close() {
        OutputChain chain = aside;
        aside = null;
        if (chain != null) {
            chain.clear();
        }
    }
}
