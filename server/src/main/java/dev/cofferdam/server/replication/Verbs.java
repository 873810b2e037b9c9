// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import static dev.cofferdam.server.replication.CommandBuffer.word;

import dev.cofferdam.server.command.Call;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of the replication stream, and what the command that was asked says about which of them fit. Constants. */
final class Verbs {
    static final byte[] APPEND = word("APPEND");
    static final byte[] COPY = word("COPY");
    static final byte[] DEL = word("DEL");
    static final byte[] EXEC = word("EXEC");
    static final byte[] FLUSHALL = word("FLUSHALL");
    static final byte[] HDEL = word("HDEL");
    static final byte[] HSET = word("HSET");
    static final byte[] LPOP = word("LPOP");
    static final byte[] LPUSH = word("LPUSH");
    static final byte[] LREM = word("LREM");
    static final byte[] LSET = word("LSET");
    static final byte[] MOVE = word("MOVE");
    static final byte[] MSET = word("MSET");
    static final byte[] MULTI = word("MULTI");
    static final byte[] PERSIST = word("PERSIST");
    static final byte[] PEXPIREAT = word("PEXPIREAT");
    static final byte[] RENAME = word("RENAME");
    static final byte[] RESTORE = word("RESTORE");
    static final byte[] RPOP = word("RPOP");
    static final byte[] RPUSH = word("RPUSH");
    static final byte[] SADD = word("SADD");
    static final byte[] SELECT = word("SELECT");
    static final byte[] SET = word("SET");
    static final byte[] SETRANGE = word("SETRANGE");
    static final byte[] SREM = word("SREM");
    static final byte[] UNLINK = word("UNLINK");
    static final byte[] XACK = word("XACK");
    static final byte[] XADD = word("XADD");
    static final byte[] XCLAIM = word("XCLAIM");
    static final byte[] XDEL = word("XDEL");
    static final byte[] XGROUP = word("XGROUP");
    static final byte[] XSETID = word("XSETID");
    static final byte[] XTRIM = word("XTRIM");
    static final byte[] ZADD = word("ZADD");
    static final byte[] ZPOPMAX = word("ZPOPMAX");
    static final byte[] ZPOPMIN = word("ZPOPMIN");
    static final byte[] ZREM = word("ZREM");
    static final byte[] ZREMRANGEBYRANK = word("ZREMRANGEBYRANK");

    static final byte[] ABSTTL = word("ABSTTL");
    static final byte[] CREATE = word("CREATE");
    static final byte[] CREATECONSUMER = word("CREATECONSUMER");
    static final byte[] DB = word("DB");
    static final byte[] DELCONSUMER = word("DELCONSUMER");
    static final byte[] DESTROY = word("DESTROY");
    static final byte[] ENTRIESADDED = word("ENTRIESADDED");
    static final byte[] ENTRIESREAD = word("ENTRIESREAD");
    static final byte[] FORCE = word("FORCE");
    static final byte[] JUSTID = word("JUSTID");
    static final byte[] KEEPTTL = word("KEEPTTL");
    static final byte[] MAXDELETEDID = word("MAXDELETEDID");
    static final byte[] MAXLEN = word("MAXLEN");
    static final byte[] MKSTREAM = word("MKSTREAM");
    static final byte[] PXAT = word("PXAT");
    static final byte[] REPLACE = word("REPLACE");
    static final byte[] RETRYCOUNT = word("RETRYCOUNT");
    static final byte[] SETID = word("SETID");
    static final byte[] TIME = word("TIME");

    private static final Set<String> OVERWRITES = Set.of("set", "setnx", "getset", "setex", "psetex", "mset", "msetnx");
    private static final Set<String> COUNTS = Set.of("incr", "decr", "incrby", "decrby");
    /** Sent as they were asked: they have no effect on a key, or one on all keys. */
    private static final Set<String> SENT_AS_ASKED = Set.of("publish", "spublish", "flushall", "flushdb", "swapdb", "function|load",
            "function|delete", "function|flush", "function|restore");

    private Verbs() {
    }

    static String name(@Nullable Call cause) {
        return cause == null ? "" : cause.command().name();
    }

    /** The command leaves a string without a deadline unless it sets one. */
    static boolean endsDeadline(@Nullable Call cause) {
        if (cause == null || !OVERWRITES.contains(name(cause))) {
            return false;
        }
        for (int i = 3; i < cause.count() && name(cause).equals("set"); i++) {
            if (cause.is(i, "KEEPTTL")) {
                return false;
            }
        }
        return true;
    }

    static boolean setsMany(@Nullable Call cause) {
        return name(cause).equals("mset") || name(cause).equals("msetnx");
    }

    static boolean counts(@Nullable Call cause) {
        return COUNTS.contains(name(cause));
    }

    static boolean isSentAsAsked(Call call) {
        return SENT_AS_ASKED.contains(name(call));
    }

    /** What pops as the command did; null when it is none that pops. */
    static byte @Nullable [] pop(@Nullable Call cause) {
        return switch (name(cause)) {
            case "lpop", "blpop" -> LPOP;
            case "rpop", "brpop" -> RPOP;
            case "lmpop" -> isAnyFrom(cause, 3, "LEFT") ? LPOP : RPOP;
            case "blmpop" -> isAnyFrom(cause, 4, "LEFT") ? LPOP : RPOP;
            case "zpopmin", "bzpopmin" -> ZPOPMIN;
            case "zpopmax", "bzpopmax" -> ZPOPMAX;
            case "zmpop" -> isAnyFrom(cause, 3, "MIN") ? ZPOPMIN : ZPOPMAX;
            case "bzmpop" -> isAnyFrom(cause, 4, "MIN") ? ZPOPMIN : ZPOPMAX;
            default -> null;
        };
    }

    /** The end is named behind the keys, whose number stands before them; a key may be called like an end. */
    private static boolean isAnyFrom(@Nullable Call cause, int first, String end) {
        if (cause == null) {
            return false;
        }
        long keys = cause.longOr(first - 2, 1);
        int at = (int) Math.min(first - 1 + keys, cause.count() - 1);
        return cause.is(at, end);
    }
}
