// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import dev.cofferdam.keyspace.EncodingLimits;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.PerCall;
import org.jspecify.annotations.Nullable;

/** The options of XADD and XTRIM: what to drop, and whether to make a stream. One per call. */
final class TrimOptions {
    private static final PerCall<TrimOptions> REUSED = new PerCall<>(TrimOptions::new);

    private boolean byLength;
    private boolean byId;
    private boolean wholeChunks;
    private long length;
    private final StreamId from = new StreamId();
    private long limit;
    private boolean limitGiven;
    boolean onlyExisting;
    /** XADD: the argument of the id. */
    int idArgument;
    /** XADD: the id is to be made from the clock. */
    boolean automatic;
    final StreamId id = new StreamId();

    private TrimOptions() {
    }

    /** Reads the options from argument 2 on, or replies what is wrong with them and answers null. */
    static @Nullable TrimOptions of(Call call, boolean adds) {
        TrimOptions options = REUSED.of(call);
        options.clear();
        return options.parse(call, adds) ? options : null;
    }

    private void clear() {
        byLength = false;
        byId = false;
        wholeChunks = false;
        length = 0;
        from.set(0, 0);
        limit = 0;
        limitGiven = false;
        onlyExisting = false;
        idArgument = 0;
        automatic = false;
        id.set(0, 0);
    }

    private boolean parse(Call call, boolean adds) {
        int at = 2;
        for (; at < call.count(); at++) {
            int more = call.count() - 1 - at;
            if (adds && call.length(at) == 1 && Mem.getByte(call.address(at)) == '*') {
                automatic = true;
                break;
            } else if ((call.is(at, "MAXLEN") || call.is(at, "MINID")) && more > 0) {
                at = strategy(call, at, more);
                if (at < 0) {
                    return false;
                }
            } else if (call.is(at, "LIMIT") && more > 0) {
                if (!call.parseLong(++at)) {
                    return false;
                }
                limit = call.number;
                limitGiven = true;
                if (limit < 0) {
                    call.reply().error("ERR The LIMIT argument must be >= 0.");
                    return false;
                }
            } else if (adds && call.is(at, "NOMKSTREAM")) {
                onlyExisting = true;
            } else if (adds) {
                if (!id.parseOpen(call, at)) {
                    return false;
                }
                break;
            } else {
                call.reply().error(StreamCommands.SYNTAX_ERROR);
                return false;
            }
        }
        idArgument = at;
        return isComplete(call, adds);
    }

    private int strategy(Call call, int argument, int more) {
        int at = argument;
        boolean length = call.is(at, "MAXLEN");
        if (byLength || byId) {
            return refuse(call, "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
        }
        wholeChunks = false;
        if (more >= 2 && call.length(at + 1) == 1) {
            int sign = Mem.getByte(call.address(at + 1));
            wholeChunks = sign == '~';
            at += sign == '~' || sign == '=' ? 1 : 0;
        }
        at++;
        if (length) {
            if (!call.parseLong(at)) {
                return -1;
            }
            this.length = call.number;
            byLength = true;
            return call.number < 0 ? refuse(call, "ERR The MAXLEN argument must be >= 0.") : at;
        }
        byId = true;
        return from.parse(call, at, 0) ? at : -1;
    }

    private static int refuse(Call call, String error) {
        call.reply().error(error);
        return -1;
    }

    private boolean isComplete(Call call, boolean adds) {
        if (limitGiven && !byLength && !byId) {
            call.reply().error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
            return false;
        }
        if (!adds && !byLength && !byId) {
            call.reply().error("ERR syntax error, XTRIM must be called with a trimming strategy");
            return false;
        }
        if (limitGiven && !wholeChunks) {
            call.reply().error("ERR syntax error, LIMIT cannot be used without the special ~ option");
            return false;
        }
        if (!limitGiven && wholeChunks) {
            EncodingLimits limits = call.server().keyspace().encodingLimits();
            long hundredChunks = 100L * limits.streamNodeMaxEntries;
            limit = hundredChunks <= 0 ? 10_000 : Math.min(hundredChunks, 1_000_000);
        }
        return true;
    }

    /** Drops what the options say; answers how many entries that were. */
    long apply(Key key) {
        StreamValues values = StreamCommands.values(key);
        if (byLength) {
            return values.trimToLength(key, length, wholeChunks, limit);
        }
        return byId ? values.trimBefore(key, from.millis, from.sequence, wholeChunks, limit) : 0;
    }
}
