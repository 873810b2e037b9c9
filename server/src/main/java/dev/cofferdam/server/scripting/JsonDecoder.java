// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * cjson.decode: JSON as a Lua value; null becomes a light user datum of 0, so that it can be told from an absent field.
 *
 * <p>One per engine. A container's elements are counted ahead, so that its table never grows while Java fills it; see
 * {@link dev.cofferdam.lua.LuaState}.
 */
final class JsonDecoder {
    private static final int SLOTS_PER_LEVEL = 6;
    private static final String NO_MEMORY = "not enough memory";

    /** Kinds of tokens, named as complaints name them. */
    private enum Token {
        T_OBJ_BEGIN, T_OBJ_END, T_ARR_BEGIN, T_ARR_END, T_STRING, T_NUMBER, T_BOOLEAN, T_NULL, T_COLON, T_COMMA, T_END, T_ERROR
    }

    private final LuaState lua;
    private final ScriptBuffer text;
    private final JsonOptions options;
    private long start;
    private long at;
    private long end;

    private Token token = Token.T_END;
    private long tokenAt;
    private double number;
    private boolean bool;
    private String tokenError = "";
    private @Nullable String problem;

    JsonDecoder(LuaState lua, ScriptBuffer text, JsonOptions options) {
        this.lua = lua;
        this.text = text;
        this.options = options;
    }

    /** Pushes the value; answers what is wrong with the text, or null. */
    @Nullable
    String decode(long address, long length) {
        start = address;
        at = address;
        end = address + length;
        problem = null;
        if (length >= 2 && (Mem.getByte(address) == 0 || Mem.getByte(address + 1) == 0)) {
            return "JSON parser does not support UTF-16 or UTF-32";
        }
        next();
        if (value(0)) {
            next();
            if (token != Token.T_END) {
                unexpected("the end");
            }
        }
        return problem;
    }

    private boolean unexpected(String wanted) {
        String found = token == Token.T_ERROR ? tokenError : token.name();
        return fail("Expected " + wanted + " but found " + found + " at character " + (tokenAt - start + 1));
    }

    private boolean fail(String complaint) {
        if (problem == null) {
            problem = complaint;
        }
        return false;
    }

    // ---------------------------------------------------------------- values

    /** Pushes the value that begins with the token at hand. */
    private boolean value(int depth) {
        switch (token) {
            case T_STRING -> {
                return pushText();
            }
            case T_NUMBER -> lua.pushNumber(number);
            case T_BOOLEAN -> lua.pushBoolean(bool);
            case T_NULL -> lua.pushLight(0);
            case T_OBJ_BEGIN -> {
                return object(depth + 1);
            }
            case T_ARR_BEGIN -> {
                return array(depth + 1);
            }
            default -> {
                return unexpected("value");
            }
        }
        return true;
    }

    private boolean pushText() {
        if (text.overflowed() || !lua.ensure(text.used())) {
            return fail(NO_MEMORY);
        }
        lua.pushString(text.base(), text.used());
        return true;
    }

    private boolean enter(int depth) {
        if (depth > options.decodeDepth || !lua.ensureStack(SLOTS_PER_LEVEL)) {
            return fail("Found too many nested data structures (" + depth + ") at character " + (tokenAt - start + 1));
        }
        return true;
    }

    private boolean array(int depth) {
        int elements = elementsAhead();
        if (!enter(depth)) {
            return false;
        }
        if (!lua.ensureTable(elements, 0)) {
            return fail(NO_MEMORY);
        }
        lua.createTable(elements, 0);
        next();
        if (token == Token.T_ARR_END) {
            return true;
        }
        for (int i = 1;; i++) {
            if (!value(depth)) {
                return false;
            }
            lua.rawSet(-2, i);
            next();
            if (token == Token.T_ARR_END) {
                return true;
            }
            if (token != Token.T_COMMA) {
                return unexpected("comma or array end");
            }
            next();
        }
    }

    private boolean object(int depth) {
        int fields = elementsAhead();
        if (!enter(depth)) {
            return false;
        }
        if (!lua.ensureTable(0, fields)) {
            return fail(NO_MEMORY);
        }
        lua.createTable(0, fields);
        next();
        if (token == Token.T_OBJ_END) {
            return true;
        }
        while (true) {
            if (token != Token.T_STRING) {
                return unexpected("object key string");
            }
            if (!pushText()) {
                return false;
            }
            next();
            if (token != Token.T_COLON) {
                return unexpected("colon");
            }
            next();
            if (!value(depth)) {
                return false;
            }
            lua.rawSet(-3);
            next();
            if (token == Token.T_OBJ_END) {
                return true;
            }
            if (token != Token.T_COMMA) {
                return unexpected("comma or object end");
            }
            next();
        }
    }

    /** Elements of the container just entered: commas on its level and one more. Malformed text gives any number up to the bytes left. */
    private int elementsAhead() {
        int level = 0;
        int commas = 0;
        boolean any = false;
        for (long i = at; i < end; i++) {
            int c = Mem.getByte(i);
            switch (c) {
                case '"' -> {
                    any = true;
                    i++;
                    while (i < end && Mem.getByte(i) != '"') {
                        i += Mem.getByte(i) == '\\' ? 2 : 1;
                    }
                }
                case '[', '{' -> {
                    any = true;
                    level++;
                }
                case ']', '}' -> {
                    if (level-- == 0) {
                        return any ? commas + 1 : 0;
                    }
                }
                case ',' -> commas += level == 0 ? 1 : 0;
                case ' ', '\t', '\n', '\r' -> {
                }
                default -> any = true;
            }
        }
        return commas + 1;
    }

    // ---------------------------------------------------------------- tokens

    private void next() {
        while (at < end && isBlank(Mem.getByte(at))) {
            at++;
        }
        tokenAt = at;
        if (at >= end) {
            token = Token.T_END;
            return;
        }
        int c = Mem.getByte(at);
        switch (c) {
            case '{' -> single(Token.T_OBJ_BEGIN);
            case '}' -> single(Token.T_OBJ_END);
            case '[' -> single(Token.T_ARR_BEGIN);
            case ']' -> single(Token.T_ARR_END);
            case ':' -> single(Token.T_COLON);
            case ',' -> single(Token.T_COMMA);
            case '"' -> string();
            default -> literal(c);
        }
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private void single(Token kind) {
        token = kind;
        at++;
    }

    private void error(String what) {
        token = Token.T_ERROR;
        tokenError = what;
    }

    private void literal(int c) {
        if (c == '-' || isDigit(c)) {
            if (!options.decodeInvalid && isInvalidNumber()) {
                error("invalid number");
                return;
            }
            number();
        } else if (startsWith("true")) {
            word(Token.T_BOOLEAN, 4);
            bool = true;
        } else if (startsWith("false")) {
            word(Token.T_BOOLEAN, 5);
            bool = false;
        } else if (startsWith("null")) {
            word(Token.T_NULL, 4);
        } else if (options.decodeInvalid && isInvalidNumber()) {
            number();
        } else {
            error("invalid token");
        }
    }

    private void word(Token kind, int bytes) {
        token = kind;
        at += bytes;
    }

    private boolean startsWith(String word) {
        return matches(at, word, false);
    }

    private boolean matches(long from, String word, boolean anyCase) {
        if (end - from < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            int c = Mem.getByte(from + i);
            if ((anyCase ? c | 0x20 : c) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private int byteAt(long address) {
        return address < end ? Mem.getByte(address) : 0;
    }

    /** What C's strtod reads and JSON does not have: hexadecimal, infinities, NaN, a leading zero or plus. */
    private boolean isInvalidNumber() {
        long from = at;
        int c = byteAt(from);
        if (c == '+') {
            return true;
        }
        if (c == '-') {
            c = byteAt(++from);
        }
        if (c == '0') {
            int second = byteAt(from + 1);
            return (second | 0x20) == 'x' || isDigit(second);
        }
        if (c >= '0' && c <= '9') {
            return false;
        }
        return matches(from, "inf", true) || matches(from, "nan", true);
    }

    private void number() {
        long from = at;
        boolean negative = byteAt(from) == '-';
        if (negative || byteAt(from) == '+') {
            from++;
        }
        long to;
        if (matches(from, "inf", true)) {
            to = matches(from, "infinity", true) ? from + 8 : from + 3;
            number = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        } else if (matches(from, "nan", true)) {
            to = from + 3;
            number = Double.NaN;
        } else if (byteAt(from) == '0' && (byteAt(from + 1) | 0x20) == 'x' && Character.digit(byteAt(from + 2), 16) >= 0) {
            to = hexadecimal(from + 2, negative);
        } else {
            to = decimalEnd(from);
            if (to == from) {
                error("invalid number");
                return;
            }
            double size = decimal(from, to);
            number = negative ? -size : size;
        }
        token = Token.T_NUMBER;
        at = to;
    }

    private double decimal(long from, long to) {
        if (to - from <= 15) {
            long whole = 0;
            boolean digits = true;
            for (long i = from; i < to && digits; i++) {
                digits = isDigit(Mem.getByte(i));
                whole = whole * 10 + Mem.getByte(i) - '0';
            }
            if (digits) {
                return whole;
            }
        }
        return Double.parseDouble(new String(Mem.bytes(from, (int) (to - from)), StandardCharsets.ISO_8859_1));
    }

    private long hexadecimal(long from, boolean negative) {
        long i = from;
        double value = 0;
        while (Character.digit(byteAt(i), 16) >= 0) {
            value = value * 16 + Character.digit(byteAt(i++), 16);
        }
        number = negative ? -value : value;
        return i;
    }

    /** End of the longest decimal number from here; the same address when there is none. */
    private long decimalEnd(long from) {
        long i = from;
        int digits = 0;
        while (isDigit(byteAt(i))) {
            i++;
            digits++;
        }
        if (byteAt(i) == '.') {
            long fraction = i + 1;
            while (isDigit(byteAt(fraction))) {
                fraction++;
                digits++;
            }
            i = digits > 0 ? fraction : i;
        }
        if (digits == 0) {
            return from;
        }
        if ((byteAt(i) | 0x20) == 'e') {
            long power = i + 1;
            if (byteAt(power) == '-' || byteAt(power) == '+') {
                power++;
            }
            if (isDigit(byteAt(power))) {
                while (isDigit(byteAt(power))) {
                    power++;
                }
                i = power;
            }
        }
        return i;
    }

    // ---------------------------------------------------------------- strings

    private void string() {
        text.clear();
        long i = at + 1;
        while (true) {
            long plain = i;
            while (i < end && Mem.getByte(i) != '"' && Mem.getByte(i) != '\\' && Mem.getByte(i) != 0) {
                i++;
            }
            text.put(plain, i - plain);
            if (i >= end || Mem.getByte(i) == 0) {
                tokenAt = i;
                error("unexpected end of string");
                return;
            }
            if (Mem.getByte(i) == '"') {
                token = Token.T_STRING;
                at = i + 1;
                return;
            }
            int escaped = byteAt(i + 1);
            if (escaped == 'u') {
                int bytes = unicode(i);
                if (bytes == 0) {
                    tokenAt = i;
                    error("invalid unicode escape code");
                    return;
                }
                i += bytes;
                continue;
            }
            int plainByte = switch (escaped) {
                case '"', '\\', '/' -> escaped;
                case 'b' -> '\b';
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'f' -> '\f';
                case 'r' -> '\r';
                default -> -1;
            };
            if (plainByte < 0) {
                tokenAt = i;
                error("invalid escape code");
                return;
            }
            text.put(plainByte);
            i += 2;
        }
    }

    /** Writes the character of {@code \\uXXXX}, or of a pair of them, as UTF-8; answers the bytes read, 0 when it is none. */
    private int unicode(long from) {
        int code = hex4(from + 2);
        if (code < 0) {
            return 0;
        }
        int read = 6;
        if ((code & 0xf800) == 0xd800) {
            if ((code & 0x400) != 0 || byteAt(from + 6) != '\\' || byteAt(from + 7) != 'u') {
                return 0;
            }
            int low = hex4(from + 8);
            if (low < 0 || (low & 0xfc00) != 0xdc00) {
                return 0;
            }
            code = 0x10000 + ((code & 0x3ff) << 10 | low & 0x3ff);
            read = 12;
        }
        if (code < 0x80) {
            text.put(code);
        } else if (code < 0x800) {
            text.put(0xc0 | code >> 6);
            text.put(0x80 | code & 0x3f);
        } else if (code < 0x10000) {
            text.put(0xe0 | code >> 12);
            text.put(0x80 | code >> 6 & 0x3f);
            text.put(0x80 | code & 0x3f);
        } else {
            text.put(0xf0 | code >> 18);
            text.put(0x80 | code >> 12 & 0x3f);
            text.put(0x80 | code >> 6 & 0x3f);
            text.put(0x80 | code & 0x3f);
        }
        return read;
    }

    private int hex4(long from) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(byteAt(from + i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
