// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters since start or CONFIG RESETSTAT, under the names of INFO stats. Written by the event loop only, so plain fields do; other threads may
 * read values that are a moment old.
 */
public final class ServerStatistics {
    public long connectionsReceived;
    public long connectionsRejected;
    public long commandsProcessed;
    public long inputBytes;
    public long outputBytes;
    public long unexpectedErrorReplies;
    public long errorReplies;
    public long keyHits;
    public long keyMisses;
    /** Changes since start: rdb_changes_since_last_save. */
    public long changes;
    public long blockedServed;
    /** Clients cut because they did not read their replies. */
    public long clientsCutForOutput;
    public long clientsEvicted;
    /** Uploads cut because they stalled while others waited. */
    public long clientsCutForInput;
    /** Commands refused because no connection memory could ever hold them. */
    public long oversizedCommands;
    /** Commands that ran in a lane. */
    public long laneCommands;
    /** Times a client had to wait for memory for its command. */
    public long uploadWaits;
    /** Bytes of values that are gone from their compartments and that connections keeps until their readers have them. Not reset. */
    public long takenOverBytes;
    /** Refused by access rules: commands, keys, channels; and attempts to log in. */
    public long deniedCommands;
    public long deniedKeys;
    public long deniedChannels;
    public long deniedLogins;
    /** Events about keys that somebody may have listened for, and that there was no memory to tell. */
    public long keyEventsDropped;
    /** What the compartments' own counts, which go on, were at CONFIG RESETSTAT. */
    public volatile long expiredKeysBefore;
    public volatile long evictedKeysBefore;
    public volatile long freedLargeValuesBefore;
    /** TLS handshakes that came to an end, and those that did not. */
    public long tlsHandshakes;
    public long tlsHandshakesFailed;
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    public void countLookup(boolean found) {
        if (found) {
            keyHits++;
        } else {
            keyMisses++;
        }
    }

    /** Counts an error reply under its first word (INFO errorstats). Cold path. */
    public void countError(String text) {
        countErrors(errorCode(text), 1);
    }

    /** As above, so many with this first word. */
    public void countErrors(String code, long count) {
        errorReplies += count;
        if (errors.size() < 128 || errors.containsKey(code)) {
            errors.computeIfAbsent(code, unused -> new LongAdder()).add(count);
        }
    }

    /** The first word of an error's text. */
    public static String errorCode(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }

    /** Replies per error code. */
    public Map<String, LongAdder> errors() {
        return errors;
    }

    public void reset() {
        connectionsReceived = 0;
        connectionsRejected = 0;
        commandsProcessed = 0;
        inputBytes = 0;
        outputBytes = 0;
        unexpectedErrorReplies = 0;
        errorReplies = 0;
        keyHits = 0;
        keyMisses = 0;
        blockedServed = 0;
        clientsCutForOutput = 0;
        clientsEvicted = 0;
        clientsCutForInput = 0;
        oversizedCommands = 0;
        laneCommands = 0;
        uploadWaits = 0;
        deniedCommands = 0;
        deniedKeys = 0;
        deniedChannels = 0;
        deniedLogins = 0;
        keyEventsDropped = 0;
        tlsHandshakes = 0;
        tlsHandshakesFailed = 0;
        errors.clear();
    }
}
