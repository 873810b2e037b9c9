// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The struct library: values to and from the bytes a format describes.
 *
 * <p>One per engine. A format is read option by option; {@code < >} choose the byte order, {@code !n} the alignment, the rest is one value each.
 */
final class StructLibrary {
    private static final int INTEGER_MAX_BYTES = 32;
    private static final int DEFAULT_ALIGNMENT = 8;
    private static final int RESULTS_MAX = 7000;

    private final LuaState lua;
    private final NativeArguments arguments;
    private final ScriptBuffer out;

    private String format = "";
    private int at;
    private boolean littleEndian;
    private int alignment;
    private @Nullable String problem;

    StructLibrary(LuaState lua, NativeArguments arguments, ScriptBuffer out) {
        this.lua = lua;
        this.arguments = arguments;
        this.out = out;
    }

    private boolean open() {
        problem = null;
        littleEndian = true;
        alignment = 1;
        at = 0;
        if (!arguments.string(1)) {
            problem = arguments.problem;
            return false;
        }
        format = new String(Mem.bytes(arguments.address, (int) arguments.length), StandardCharsets.ISO_8859_1);
        return true;
    }

    private void bad(int argument, String what) {
        arguments.bad(argument, what);
        problem = arguments.problem;
    }

    private int digits(int otherwise) {
        if (at >= format.length() || !isDigit(format.charAt(at))) {
            return otherwise;
        }
        long value = 0;
        while (at < format.length() && isDigit(format.charAt(at))) {
            value = value * 10 + format.charAt(at++) - '0';
            if (value > Integer.MAX_VALUE) {
                problem = "integral size overflow";
                return 0;
            }
        }
        return (int) value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int size(char option) {
        return switch (option) {
            case 'B', 'b', 'x' -> 1;
            case 'H', 'h' -> 2;
            case 'L', 'l', 'T', 'd' -> 8;
            case 'f' -> 4;
            case 'c' -> digits(1);
            case 'i', 'I' -> {
                int bytes = digits(4);
                if (bytes > INTEGER_MAX_BYTES) {
                    problem = "integral size " + bytes + " is larger than limit of " + INTEGER_MAX_BYTES;
                }
                yield bytes;
            }
            default -> 0;
        };
    }

    private int padding(long position, char option, int size) {
        if (size == 0 || option == 'c') {
            return 0;
        }
        int unit = Math.min(size, alignment);
        return (int) (unit - (position & unit - 1) & unit - 1);
    }

    private void control(char option) {
        switch (option) {
            case ' ' -> {
            }
            case '>' -> littleEndian = false;
            case '<' -> littleEndian = true;
            case '!' -> {
                int wanted = digits(DEFAULT_ALIGNMENT);
                if (wanted <= 0 || Integer.bitCount(wanted) != 1) {
                    problem = "alignment " + wanted + " is not a power of 2";
                } else {
                    alignment = wanted;
                }
            }
            default -> bad(1, "invalid format option '" + option + "'");
        }
    }

    // ---------------------------------------------------------------- pack

    /** Leaves the bytes in the buffer; answers what is wrong, or null. */
    @Nullable
    String pack() {
        if (!open()) {
            return problem;
        }
        out.clear();
        arguments.absentIsNil = true;
        int argument = 2;
        while (at < format.length() && problem == null) {
            char option = format.charAt(at++);
            int size = size(option);
            for (int i = padding(out.used(), option, size); i > 0; i--) {
                out.put(0);
            }
            switch (option) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> putInteger(arguments.number(argument++), size);
                case 'x' -> out.put(0);
                case 'f' -> putBits(Float.floatToRawIntBits((float) arguments.number(argument++)) & 0xffffffffL, 4);
                case 'd' -> putBits(Double.doubleToRawLongBits(arguments.number(argument++)), 8);
                case 'c', 's' -> putString(argument++, option, size);
                default -> control(option);
            }
            problem = problem != null ? problem : arguments.problem;
        }
        return problem != null ? problem : out.overflowed() ? "not enough memory" : null;
    }

    private void putInteger(double value, int size) {
        long bits = value < 0 || value < 0x1p63 ? (long) value : (long) (value - 0x1p63) | Long.MIN_VALUE;
        putBits(bits, size);
    }

    private void putBits(long bits, int size) {
        for (int i = 0; i < size; i++) {
            int from = littleEndian ? i : size - 1 - i;
            out.put(from < 8 ? (int) (bits >>> 8 * from) : 0);
        }
    }

    private void putString(int argument, char option, int wanted) {
        if (!arguments.string(argument)) {
            return;
        }
        int size = wanted == 0 ? (int) arguments.length : wanted;
        if (arguments.length < size) {
            arguments.bad(argument + 1, "string too short");
            return;
        }
        out.put(arguments.address, size);
        if (option == 's') {
            out.put(0);
        }
    }

    // ---------------------------------------------------------------- unpack

    /** Pushes the values and the position behind them; answers what is wrong, or null. */
    @Nullable
    String unpack() {
        if (!open()) {
            return problem;
        }
        if (!arguments.string(2)) {
            return arguments.problem;
        }
        long data = arguments.address;
        long length = arguments.length;
        double start = arguments.numberOr(3, 1);
        if (arguments.problem != null) {
            return arguments.problem;
        }
        if (start < 1) {
            bad(3, "offset must be 1 or greater");
            return problem;
        }
        long position = (long) start - 1;
        int values = 0;
        while (at < format.length() && problem == null) {
            char option = format.charAt(at++);
            int size = size(option);
            position += padding(position, option, size);
            if (size > length || position > length - size) {
                bad(2, "data string too short");
                return problem;
            }
            if (values > RESULTS_MAX || !lua.ensureStack(4)) {
                return "stack overflow (too many results)";
            }
            switch (option) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> {
                    lua.pushNumber(integer(data + position, size, Character.isLowerCase(option)));
                    values++;
                }
                case 'x' -> {
                }
                case 'f' -> {
                    lua.pushNumber(Float.intBitsToFloat((int) bits(data + position, 4)));
                    values++;
                }
                case 'd' -> {
                    lua.pushNumber(Double.longBitsToDouble(bits(data + position, 8)));
                    values++;
                }
                case 'c' -> {
                    if (size == 0) {
                        if (values == 0 || lua.type(-1) != LuaState.NUMBER) {
                            return "format 'c0' needs a previous size";
                        }
                        double announced = lua.number(-1);
                        lua.pop(1);
                        values--;
                        if (announced < 0 || announced > length || position > length - (long) announced) {
                            bad(2, "data string too short");
                            return problem;
                        }
                        size = (int) announced;
                    }
                    if (!lua.ensure(size)) {
                        return "not enough memory";
                    }
                    lua.pushString(data + position, size);
                    values++;
                }
                case 's' -> {
                    size = zeroAt(data + position, length - position);
                    if (size < 0) {
                        return "unfinished string in data";
                    }
                    if (!lua.ensure(size)) {
                        return "not enough memory";
                    }
                    lua.pushString(data + position, size);
                    values++;
                    size++;
                }
                default -> control(option);
            }
            position += size;
        }
        lua.pushNumber(position + 1);
        return problem;
    }

    private static int zeroAt(long from, long length) {
        for (int i = 0; i < length; i++) {
            if (Mem.getByte(from + i) == 0) {
                return i;
            }
        }
        return -1;
    }

    private long bits(long from, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            int place = littleEndian ? size - 1 - i : i;
            value = value << 8 | Mem.getUnsignedByte(from + place);
        }
        return value;
    }

    private double integer(long from, int size, boolean signed) {
        long value = bits(from, size);
        if (signed) {
            int unused = size < 8 ? 64 - 8 * size : 0;
            return value << unused >> unused;
        }
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }

    // ---------------------------------------------------------------- size

    /** Pushes the size of what the format describes; answers what is wrong, or null. */
    @Nullable
    String size() {
        if (!open()) {
            return problem;
        }
        long position = 0;
        while (at < format.length() && problem == null) {
            char option = format.charAt(at++);
            int size = size(option);
            position += padding(position, option, size);
            if (option == 's') {
                bad(1, "option 's' has no fixed size");
            } else if (option == 'c' && size == 0) {
                bad(1, "option 'c0' has no fixed size");
            } else if (!Character.isLetterOrDigit(option)) {
                control(option);
            }
            position += size;
        }
        lua.pushNumber(position);
        return problem;
    }
}
