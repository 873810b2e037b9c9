// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.ValueType;

/** BITFIELD and BITFIELD_RO: a string as an array of integers of any width. All arguments are checked before the first operation. */
final class BitFieldCommands {
    private static final int FIRST_OPERATION = 2;
    private static final int SIGNED = 1 << 8;

    /** What becomes of a number that does not fit. */
    private enum Overflow {
        WRAP, SAT, FAIL
    }

    private BitFieldCommands() {
    }

    /** Nothing but GETs reads; what is no operation ends the look, and the handler says so. */
    private static KeyUse useOfCall(Call call) {
        int at = FIRST_OPERATION;
        while (at < call.count()) {
            int left = call.count() - at - 1;
            if (call.is(at, "GET") && left >= 2) {
                at += 3;
            } else if (call.is(at, "OVERFLOW") && left >= 1) {
                at += 2;
            } else {
                boolean writes = (call.is(at, "SET") || call.is(at, "INCRBY")) && left >= 3;
                return writes ? READS_AND_UPDATES : READS;
            }
        }
        return READS;
    }

    private static Argument get() {
        return block("encoding_offset", string("encoding"), integer("offset")).after("GET");
    }

    static void declare(CommandTable table) {
        table.command("BITFIELD").summary("Reads, writes and counts in integers of any width inside a string.").since("3.2.0")
            .complexity("O(1) for each operation").arity(atLeast(2)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, READS_AND_UPDATES).varying(BitFieldCommands::useOfCall)
                .noted("GET reads the key, SET and INCRBY change it."))
            .arguments(key("key"), oneOf(get(), block("write",
                    oneOf(token("WRAP"), token("SAT"), token("FAIL")).named("wrap_sat_fail").after("OVERFLOW").optional(),
                    oneOf(block("encoding_offset_value", string("encoding"), integer("offset"), integer("value")).after("SET"),
                            block("encoding_offset_increment", string("encoding"), integer("offset"), integer("increment")).after("INCRBY"))
                        .named("write_operation")))
                .named("operation").multiple().optional())
            .bound(call -> growth(call) + BitmapCommands.ENTRY_SLACK_BYTES).need(BitFieldCommands::growth)
            .handledBy(call -> bitfield(call, false));
        table.command("BITFIELD_RO").summary("Reads integers of any width inside a string.").since("6.0.0")
            .complexity("O(1) for each operation").arity(atLeast(2)).flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), get().optional().multipleWithToken()).handledBy(call -> bitfield(call, true));
    }

    /** Width of an encoding as "i16" or "u8", with {@link #SIGNED} if it is; 0 when it is none. */
    private static int encoding(Call call, int argument) {
        int length = call.length(argument);
        if (length < 2) {
            return 0;
        }
        long at = call.address(argument);
        boolean signed = Mem.getByte(at) == 'i';
        int width = 0;
        for (int i = 1; i < length; i++) {
            int digit = Mem.getByte(at + i) - '0';
            if (digit < 0 || digit > 9 || width > 64 || i == 1 && digit == 0) {
                return 0;
            }
            width = width * 10 + digit;
        }
        if (!signed && Mem.getByte(at) != 'u' || width < 1 || width > (signed ? 64 : 63)) {
            return 0;
        }
        return width | (signed ? SIGNED : 0);
    }

    /** The offset in bits; '#' before it counts in integers of this width. Negative when it is none. */
    private static long offset(Call call, int argument, int width) {
        if (call.length(argument) == 0 || Mem.getByte(call.address(argument)) != '#') {
            return BitmapCommands.offset(call, argument, 1);
        }
        long number = 0;
        for (int i = 1; i < call.length(argument); i++) {
            int digit = Mem.getByte(call.address(argument) + i) - '0';
            if (digit < 0 || digit > 9 || number > Long.MAX_VALUE / 1000 || i > 1 && number == 0) {
                return -1;
            }
            number = number * 10 + digit;
        }
        if (call.length(argument) == 1 || number > Long.MAX_VALUE / width) {
            return -1;
        }
        long bits = number * width;
        return bits >>> 3 >= call.server().settings().maxBulkBytes() ? -1 : bits;
    }

    /** Arguments of the operation that begins here, its name included; 0 when it is none. */
    private static int size(Call call, int at) {
        int left = call.count() - at;
        if (call.is(at, "GET") && left >= 3) {
            return 3;
        }
        if ((call.is(at, "SET") || call.is(at, "INCRBY")) && left >= 4) {
            return 4;
        }
        return call.is(at, "OVERFLOW") && left >= 2 ? 2 : 0;
    }

    /** The bit behind the last one that is written; 0 when none is, or the handler will refuse the call. */
    private static long writtenEnd(Call call) {
        long end = 0;
        int size;
        for (int at = FIRST_OPERATION; at < call.count(); at += size) {
            size = size(call, at);
            if (size == 0) {
                return 0;
            }
            if (size == 4) {
                int width = encoding(call, at + 1) & ~SIGNED;
                long offset = width == 0 ? -1 : offset(call, at + 2, width);
                if (offset < 0) {
                    return 0;
                }
                end = Math.max(end, offset + width);
            }
        }
        return end;
    }

    private static long growth(Call call) {
        long end = writtenEnd(call);
        return end == 0 ? 0 : BitmapCommands.growth(call.peek(1), end);
    }

    /** Replies what is wrong with the arguments, if anything; answers the number of operations, -1 when something is. */
    private static int check(Call call, boolean readOnly) {
        int operations = 0;
        boolean writes = false;
        int size;
        for (int at = FIRST_OPERATION; at < call.count(); at += size) {
            size = size(call, at);
            if (size == 0) {
                return refuse(call, BitmapCommands.SYNTAX_ERROR);
            }
            if (size == 2) {
                if (!call.is(at + 1, "WRAP") && !call.is(at + 1, "SAT") && !call.is(at + 1, "FAIL")) {
                    return refuse(call, "ERR Invalid OVERFLOW type specified");
                }
                continue;
            }
            int encoding = encoding(call, at + 1);
            if (encoding == 0) {
                return refuse(call,
                        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
            }
            if (offset(call, at + 2, encoding & ~SIGNED) < 0) {
                return refuse(call, BitmapCommands.OFFSET_ERROR);
            }
            if (size == 4) {
                writes = true;
                if (!call.parseLong(at + 3)) {
                    return -1;
                }
            }
            operations++;
        }
        return writes && readOnly ? refuse(call, "ERR BITFIELD_RO only supports the GET subcommand") : operations;
    }

    private static int refuse(Call call, String error) {
        call.reply().error(error);
        return -1;
    }

    private static void bitfield(Call call, boolean readOnly) {
        int operations = check(call, readOnly);
        if (operations < 0) {
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        call.reply().array(operations);
        long end = writtenEnd(call);
        boolean changed = end > 0 && grow(key, end);
        Overflow overflow = Overflow.WRAP;
        int size;
        for (int at = FIRST_OPERATION; at < call.count(); at += size) {
            size = size(call, at);
            if (size == 2) {
                overflow = call.is(at + 1, "SAT") ? Overflow.SAT : call.is(at + 1, "FAIL") ? Overflow.FAIL : Overflow.WRAP;
            } else {
                changed |= run(call, key, at, size == 4, overflow);
            }
        }
        if (changed) {
            call.changed(key, "setbit");
        }
    }

    /** Gives the string all the bytes that will be written; true when it had fewer. */
    private static boolean grow(Key key, long endBit) {
        if (key.exists() && StringValues.length(key) << 3 >= endBit) {
            return false;
        }
        StringValues.setBits(key, endBit - 1, 1, 0);
        return true;
    }

    /** One operation and its reply; true when it changed the value. */
    private static boolean run(Call call, Key key, int at, boolean writes, Overflow overflow) {
        int encoding = encoding(call, at + 1);
        int width = encoding & ~SIGNED;
        boolean signed = (encoding & SIGNED) != 0;
        long offset = offset(call, at + 2, width);
        long before = BitSource.of(call, key).number(offset, width);
        before = signed ? before << 64 - width >> 64 - width : before;
        if (!writes) {
            call.reply().integer(before);
            return false;
        }
        call.tryLong(at + 3);
        boolean adds = call.is(at, "INCRBY");
        long base = adds ? before : 0;
        long sum = base + call.number;
        boolean beyond = signed ? signedBeyond(base, call.number, sum, width) : unsignedBeyond(base, call.number, sum, width, adds);
        long after = sum;
        if (beyond) {
            if (overflow == Overflow.FAIL) {
                call.reply().nil();
                return false;
            }
            boolean up = signed || adds ? call.number > 0 : true;
            after = overflow == Overflow.SAT ? limit(signed, width, up) : wrapped(sum, signed, width);
        }
        call.reply().integer(adds ? after : before);
        if (after == before) {
            return false;
        }
        StringValues.setBits(key, offset, width, after);
        return true;
    }

    private static boolean signedBeyond(long base, long increment, long sum, int width) {
        boolean carried = ((base ^ sum) & (increment ^ sum)) < 0;
        return carried || wrapped(sum, true, width) != sum;
    }

    /** An unsigned number has at most 63 bits, so a sum of 64 says by its sign whether it is below zero, unless a huge increment carried over. */
    private static boolean unsignedBeyond(long base, long increment, long sum, int width, boolean adds) {
        boolean carried = ((base ^ sum) & (increment ^ sum)) < 0;
        return carried || sum < 0 || wrapped(sum, false, width) != sum;
    }

    private static long limit(boolean signed, int width, boolean up) {
        if (!signed) {
            return up ? (1L << width) - 1 : 0;
        }
        long most = (1L << width - 1) - 1;
        return up ? most : -most - 1;
    }

    private static long wrapped(long number, boolean signed, int width) {
        int spare = 64 - width;
        return signed ? number << spare >> spare : number << spare >>> spare;
    }
}
