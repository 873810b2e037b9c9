// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.server.config.OutputLimits;

/**
 * What can be changed while the server runs, as plain typed fields. The directives that set them live in {@code config}.
 *
 * <p>Written by CONFIG SET on the event loop or at start; read by the event loop, lanes and the metrics thread: all fields are volatile.
 */
public final class ServerSettings {
    private volatile boolean protectedMode = true;
    private volatile int maxClients = 10_000;
    private volatile long idleTimeoutSeconds;
    private volatile long maxBulkBytes = 512L << 20;
    private volatile long laneThresholdElements = 2_000;
    private volatile long hyperLogLogSparseBytes = 3_000;
    private volatile long longTurnLogMillis = 20;
    private volatile long uploadStallMillis = 10_000;
    private volatile OutputLimits outputLimits = OutputLimits.NONE;
    /** 0: a share of what connections may use. */
    private volatile long outputPauseBytes;
    private volatile int tcpBacklog = 511;
    private volatile String unixSocket = "";
    private volatile int unixSocketPermissions;
    private volatile boolean readOnly;
    private volatile long replicaPingMillis = 10_000;
    private volatile long replicaTimeoutMillis = 60_000;
    private volatile int keepAliveSeconds = 300;
    private volatile long queryBufferBytes = 1L << 30;
    private volatile long clientsMaxBytes;
    private volatile boolean sharesIntegers = true;
    private volatile long busyReplyMillis = 5_000;
    private volatile long scriptTimeMaxMillis;

    /** How often replicas hear something even when nothing happens. */
    public long replicaPingMillis() {
        return replicaPingMillis;
    }

    public void setReplicaPingMillis(long value) {
        replicaPingMillis = value;
    }

    /** How long a replica may be silent. */
    public long replicaTimeoutMillis() {
        return replicaTimeoutMillis;
    }

    public void setReplicaTimeoutMillis(long value) {
        replicaTimeoutMillis = value;
    }

    /** min-replicas-to-write asks for replicas, of which there are none: nothing may be written. */
    public boolean isReadOnly() {
        return readOnly;
    }

    public void setReadOnly(boolean value) {
        readOnly = value;
    }

    /** unixsocket; empty for none. */
    public String unixSocket() {
        return unixSocket;
    }

    public void setUnixSocket(String value) {
        unixSocket = value;
    }

    /** unixsocketperm; 0 for what new files have. */
    public int unixSocketPermissions() {
        return unixSocketPermissions;
    }

    public void setUnixSocketPermissions(int value) {
        unixSocketPermissions = value;
    }

    public boolean protectedMode() {
        return protectedMode;
    }

    public void setProtectedMode(boolean value) {
        protectedMode = value;
    }

    public int maxClients() {
        return maxClients;
    }

    public void setMaxClients(int value) {
        maxClients = value;
    }

    /** "timeout": idle clients are closed after it; 0 for never. */
    public long idleTimeoutSeconds() {
        return idleTimeoutSeconds;
    }

    public void setIdleTimeoutSeconds(long value) {
        idleTimeoutSeconds = value;
    }

    /** proto-max-bulk-len. */
    public long maxBulkBytes() {
        return maxBulkBytes;
    }

    public void setMaxBulkBytes(long value) {
        maxBulkBytes = value;
    }

    /** How long a HyperLogLog may become before it turns dense. */
    public long hyperLogLogSparseBytes() {
        return hyperLogLogSparseBytes;
    }

    public void setHyperLogLogSparseBytes(long value) {
        hyperLogLogSparseBytes = value;
    }

    /** From how many elements on a command goes to its compartment's lane. */
    public long laneThresholdElements() {
        return laneThresholdElements;
    }

    public void setLaneThresholdElements(long value) {
        laneThresholdElements = value;
    }

    /** Processor time from which on a turn of the loop is logged; 0 for never. */
    public long longTurnLogMillis() {
        return longTurnLogMillis;
    }

    public void setLongTurnLogMillis(long value) {
        longTurnLogMillis = value;
    }

    /** How long an admitted upload may make no progress while others wait for its memory. */
    public long uploadStallMillis() {
        return uploadStallMillis;
    }

    public void setUploadStallMillis(long value) {
        uploadStallMillis = value;
    }

    /** client-output-buffer-limit. */
    public OutputLimits outputLimits() {
        return outputLimits;
    }

    public void setOutputLimits(OutputLimits value) {
        outputLimits = value;
    }

    /** Unsent output above which a client's next commands are not read; 0 for a thirty-second of what connections may use. */
    public long outputPauseBytes() {
        return outputPauseBytes;
    }

    public void setOutputPauseBytes(long value) {
        outputPauseBytes = value;
    }

    /** tcp-keepalive: idle seconds before the system asks whether the peer is there; 0 for never. */
    public int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    public void setKeepAliveSeconds(int value) {
        keepAliveSeconds = value;
    }

    /** client-query-buffer-limit: a client that has more bytes waiting to be executed is cut. */
    public long queryBufferBytes() {
        return queryBufferBytes;
    }

    public void setQueryBufferBytes(long value) {
        queryBufferBytes = value;
    }

    public int tcpBacklog() {
        return tcpBacklog;
    }

    public void setTcpBacklog(int value) {
        tcpBacklog = value;
    }

    /** Small integers count as shared, in OBJECT REFCOUNT's terms. */
    public boolean sharesIntegers() {
        return sharesIntegers;
    }

    public void setSharesIntegers(boolean value) {
        sharesIntegers = value;
    }

    /** maxmemory-clients in bytes; 0 for no limit but the budget of connections. */
    public long clientsMaxBytes() {
        return clientsMaxBytes;
    }

    public void setClientsMaxBytes(long value) {
        clientsMaxBytes = value;
    }

    /** busy-reply-threshold: after so long a script's compartment answers BUSY instead of making others wait; 0 for never. */
    public long busyReplyMillis() {
        return busyReplyMillis;
    }

    public void setBusyReplyMillis(long value) {
        busyReplyMillis = value;
    }

    /** A script that has run so long and has written nothing is ended; 0 for no limit. */
    public long scriptTimeMaxMillis() {
        return scriptTimeMaxMillis;
    }

    public void setScriptTimeMaxMillis(long value) {
        scriptTimeMaxMillis = value;
    }
}
