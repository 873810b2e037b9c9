// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.resp.RespParser;
import dev.cofferdam.server.CompatibleVersion;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.acl.Denial;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one function behind all libraries written in Java: its first argument says which operation, it answers true and results, or false and a complaint
 * that the Lua function around it raises.
 *
 * <p>One per engine, with buffers that the scripts' account pays.
 */
final class NativeLibrary {
    private static final String[] OPERATIONS = {"bit.tobit", "bit.bnot", "bit.band", "bit.bor", "bit.bxor", "bit.lshift", "bit.rshift",
        "bit.arshift", "bit.rol", "bit.ror", "bit.bswap", "bit.tohex", "struct.pack", "struct.unpack", "struct.size", "cmsgpack.pack",
        "cmsgpack.unpack", "cmsgpack.unpack_one", "cmsgpack.unpack_limit", "cjson.encode", "cjson.decode", "cjson.encode_sparse_array",
        "cjson.encode_max_depth", "cjson.decode_max_depth", "cjson.encode_number_precision", "cjson.encode_keep_buffer",
        "cjson.encode_invalid_numbers", "cjson.decode_invalid_numbers", "math.random", "math.randomseed", "redis.log", "redis.setresp",
        "redis.set_repl", "redis.acl_check_cmd", "redis.sha1hex"};
    private static final String[] LEVELS = {"debug", "verbose", "notice", "warning"};
    /** Of drand48, so that the numbers are the same on every machine, and the same as Redis's. */
    private static final long RANDOM_FACTOR = 0x5deece66dL;
    private static final long RANDOM_MASK = (1L << 48) - 1;
    private static final long RANDOM_START = 0x1234abcd330eL;
    private static final int RANDOM_MAX = Integer.MAX_VALUE;

    private final Server server;
    private final Scripting scripting;
    private final ScriptRun run;
    private final LuaState lua;
    private final ScriptBuffer out;
    private final ScriptBuffer texts;
    private final NativeArguments arguments;
    private final StructLibrary struct;
    private final MessagePackLibrary messagePack;
    private final JsonOptions jsonOptions = new JsonOptions();
    private final JsonEncoder jsonEncoder;
    private final JsonDecoder jsonDecoder;
    private final Sha1 sha1 = new Sha1();
    private long random = RANDOM_START;

    NativeLibrary(Server server, Scripting scripting, ScriptRun run, LuaState lua, Account account) {
        this.server = server;
        this.scripting = scripting;
        this.run = run;
        this.lua = lua;
        this.out = new ScriptBuffer(account);
        this.texts = new ScriptBuffer(account);
        this.arguments = new NativeArguments(lua, texts);
        this.struct = new StructLibrary(lua, arguments, out);
        this.messagePack = new MessagePackLibrary(lua, arguments, out);
        this.jsonEncoder = new JsonEncoder(lua, out, jsonOptions);
        this.jsonDecoder = new JsonDecoder(lua, out, jsonOptions);
    }

    void close() {
        out.close();
        texts.close();
    }

    /** Pushes the table from which Lua learns the operations' numbers, and our version. */
    void pushOperations() {
        lua.ensureTable(0, OPERATIONS.length + 2);
        lua.createTable(0, OPERATIONS.length + 2);
        for (int i = 0; i < OPERATIONS.length; i++) {
            set(OPERATIONS[i], i);
        }
        lua.pushText("version");
        lua.pushText(CompatibleVersion.REDIS);
        lua.rawSet(-3);
        int number = 0;
        for (String part : CompatibleVersion.REDIS.split("\\.")) {
            number = number << 8 | Integer.parseInt(part);
        }
        set("version_number", number);
    }

    private void set(String name, double value) {
        lua.ensure(name.length());
        lua.pushText(name);
        lua.pushNumber(value);
        lua.rawSet(-3);
    }

    /** See {@link dev.cofferdam.lua.LuaFunction}. */
    int call(LuaState state) {
        int argumentsEnd = lua.getTop();
        String problem;
        try {
            String operation = OPERATIONS[(int) lua.number(1)];
            int dot = operation.indexOf('.');
            arguments.begin(operation.substring(dot + 1));
            lua.ensure(0);
            lua.ensureStack(8);
            problem = switch (operation.substring(0, dot)) {
                case "bit" -> {
                    BitLibrary.run(arguments.name, arguments, lua);
                    yield arguments.problem;
                }
                case "struct" -> struct();
                case "cmsgpack" -> messagePack();
                case "cjson" -> json();
                case "math" -> random();
                default -> redis();
            };
        } catch (RuntimeException | Error e) {
            server.events().log("script-library-failed error=\"" + e + "\"");
            problem = "internal error in a library function; see the server's log";
        }
        out.clear();
        if (problem != null) {
            lua.setTop(0);
            lua.ensure(problem.length());
            lua.pushBoolean(false);
            lua.pushText(problem);
            return 2;
        }
        int results = lua.getTop() - argumentsEnd;
        lua.pushBoolean(true);
        lua.insert(argumentsEnd + 1);
        return results + 1;
    }

    /** Pushes what is in the buffer when all went well. */
    private @Nullable String pushOut(@Nullable String problem) {
        if (problem != null) {
            return problem;
        }
        if (!lua.ensure(out.used())) {
            return "not enough memory";
        }
        lua.pushString(out.base(), out.used());
        return null;
    }

    private @Nullable String struct() {
        return switch (arguments.name) {
            case "pack" -> pushOut(struct.pack());
            case "unpack" -> struct.unpack();
            default -> struct.size();
        };
    }

    private @Nullable String messagePack() {
        return switch (arguments.name) {
            case "pack" -> pushOut(messagePack.pack());
            case "unpack" -> messagePack.unpack();
            case "unpack_one" -> messagePack.unpackOne();
            default -> messagePack.unpackLimit();
        };
    }

    // ---------------------------------------------------------------- cjson

    private @Nullable String json() {
        return switch (arguments.name) {
            case "encode" -> {
                if (arguments.count() != 1) {
                    yield "bad argument #1 to 'encode' (expected 1 argument)";
                }
                lua.pushValue(NativeArguments.index(1));
                String problem = jsonEncoder.encode();
                lua.pop(1);
                yield pushOut(problem);
            }
            case "decode" -> {
                if (arguments.count() != 1) {
                    yield "bad argument #1 to 'decode' (expected 1 argument)";
                }
                yield arguments.string(1) ? jsonDecoder.decode(arguments.address, arguments.length) : arguments.problem;
            }
            case "encode_sparse_array" -> {
                jsonOptions.convertSparse = flag(1, jsonOptions.convertSparse);
                jsonOptions.sparseRatio = integer(2, jsonOptions.sparseRatio, 0, Integer.MAX_VALUE);
                jsonOptions.sparseSafe = integer(3, jsonOptions.sparseSafe, 0, Integer.MAX_VALUE);
                lua.pushBoolean(jsonOptions.convertSparse);
                lua.pushNumber(jsonOptions.sparseRatio);
                lua.pushNumber(jsonOptions.sparseSafe);
                yield arguments.problem;
            }
            case "encode_max_depth" -> {
                jsonOptions.encodeDepth = integer(1, jsonOptions.encodeDepth, 1, Integer.MAX_VALUE);
                lua.pushNumber(jsonOptions.encodeDepth);
                yield arguments.problem;
            }
            case "decode_max_depth" -> {
                jsonOptions.decodeDepth = integer(1, jsonOptions.decodeDepth, 1, Integer.MAX_VALUE);
                lua.pushNumber(jsonOptions.decodeDepth);
                yield arguments.problem;
            }
            case "encode_number_precision" -> {
                jsonOptions.precision = integer(1, jsonOptions.precision, 1, 14);
                lua.pushNumber(jsonOptions.precision);
                yield arguments.problem;
            }
            case "encode_keep_buffer" -> {
                jsonOptions.keepBuffer = flag(1, jsonOptions.keepBuffer);
                lua.pushBoolean(jsonOptions.keepBuffer);
                yield arguments.problem;
            }
            case "encode_invalid_numbers" -> {
                jsonOptions.encodeInvalid = invalidNumbers();
                if (jsonOptions.encodeInvalid == 2) {
                    lua.pushText("null");
                } else {
                    lua.pushBoolean(jsonOptions.encodeInvalid == 1);
                }
                yield arguments.problem;
            }
            default -> {
                jsonOptions.decodeInvalid = flag(1, jsonOptions.decodeInvalid);
                lua.pushBoolean(jsonOptions.decodeInvalid);
                yield arguments.problem;
            }
        };
    }

    private int integer(int argument, int otherwise, int least, int most) {
        if (arguments.type(argument) == LuaState.NIL) {
            return otherwise;
        }
        double value = arguments.number(argument);
        if (arguments.problem == null && (value < least || value > most)) {
            arguments.bad(argument, "expected integer between " + least + " and " + most);
        }
        return arguments.problem == null ? (int) value : otherwise;
    }

    private boolean flag(int argument, boolean otherwise) {
        int type = arguments.type(argument);
        if (type == LuaState.NIL) {
            return otherwise;
        }
        if (type == LuaState.BOOLEAN) {
            return lua.toBoolean(NativeArguments.index(argument));
        }
        if (type == LuaState.STRING && arguments.string(argument)) {
            String word = new String(Mem.bytes(arguments.address, (int) arguments.length), StandardCharsets.ISO_8859_1);
            if (word.equals("on") || word.equals("off")) {
                return word.equals("on");
            }
            arguments.bad(argument, "invalid option '" + word + "'");
            return otherwise;
        }
        arguments.expected(argument, "string");
        return otherwise;
    }

    private int invalidNumbers() {
        if (arguments.type(1) == LuaState.STRING && lua.string(NativeArguments.index(1)).equals("null")) {
            return 2;
        }
        return arguments.type(1) == LuaState.NIL ? jsonOptions.encodeInvalid : flag(1, false) ? 1 : 0;
    }

    // ---------------------------------------------------------------- math

    private @Nullable String random() {
        if (!run.running) {
            return "math." + arguments.name + " can only be called inside a script invocation";
        }
        if (arguments.name.equals("randomseed")) {
            long seed = (long) arguments.number(1);
            random = (seed & 0xffffffffL) << 16 | 0x330e;
            return arguments.problem;
        }
        random = random * RANDOM_FACTOR + 0xb & RANDOM_MASK;
        double part = (double) ((random >>> 17) % RANDOM_MAX) / RANDOM_MAX;
        switch (arguments.count()) {
            case 0 -> lua.pushNumber(part);
            case 1 -> {
                int most = (int) arguments.number(1);
                if (most < 1) {
                    arguments.bad(1, "interval is empty");
                }
                lua.pushNumber(Math.floor(part * most) + 1);
            }
            case 2 -> {
                int least = (int) arguments.number(1);
                int most = (int) arguments.number(2);
                if (least > most) {
                    arguments.bad(2, "interval is empty");
                }
                lua.pushNumber(Math.floor(part * (most - least + 1)) + least);
            }
            default -> {
                return "wrong number of arguments";
            }
        }
        return arguments.problem;
    }

    // ---------------------------------------------------------------- redis

    private @Nullable String redis() {
        return switch (arguments.name) {
            case "log" -> log();
            case "setresp" -> setResp();
            case "set_repl" -> setReplication();
            case "acl_check_cmd" -> checkCommand();
            default -> sha1();
        };
    }

    private @Nullable String sha1() {
        if (arguments.count() != 1) {
            return "wrong number of arguments";
        }
        boolean isText = arguments.string(1);
        arguments.problem = null;
        String digest = Sha1.hex(isText ? sha1.of(arguments.address, arguments.length) : sha1.of(0, 0));
        lua.ensure(digest.length());
        lua.pushText(digest);
        return null;
    }

    private @Nullable String log() {
        if (arguments.count() < 2) {
            return "redis.log() requires two arguments or more.";
        }
        double level = arguments.number(1);
        if (arguments.problem != null) {
            arguments.problem = null;
            return "First argument must be a number (log level).";
        }
        if (level < 0 || level > 3) {
            return "Invalid debug level.";
        }
        StringBuilder line = new StringBuilder();
        for (int i = 2; i <= arguments.count() && line.length() < 1024; i++) {
            if (arguments.string(i)) {
                int length = (int) Math.min(1024, arguments.length);
                line.append(line.isEmpty() ? "" : " ")
                    .append(new String(Mem.bytes(arguments.address, length), StandardCharsets.ISO_8859_1));
            }
            arguments.problem = null;
        }
        scripting.log(LEVELS[(int) level], line.toString());
        return null;
    }

    private @Nullable String setResp() {
        if (!run.running) {
            return "redis.setresp can only be called inside a script invocation";
        }
        if (arguments.count() != 1) {
            return "redis.setresp() requires one argument.";
        }
        double version = arguments.number(1);
        arguments.problem = null;
        if ((int) version != 2 && (int) version != 3) {
            return "RESP version must be 2 or 3.";
        }
        run.resp3 = (int) version == 3;
        return null;
    }

    private @Nullable String setReplication() {
        if (arguments.count() != 1) {
            return "redis.set_repl() requires two arguments.";
        }
        double what = arguments.number(1);
        arguments.problem = null;
        return ((int) what & ~3) == 0 ? null : "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
    }

    private @Nullable String checkCommand() {
        if (!run.running) {
            return "redis.acl_check_cmd can only be called inside a script invocation";
        }
        if (arguments.count() == 0) {
            return "Please specify at least one argument for this redis lib call";
        }
        int[] lengths = new int[arguments.count()];
        long bytes = 0;
        out.clear();
        for (int i = 1; i <= arguments.count(); i++) {
            if (!arguments.string(i)) {
                arguments.problem = null;
                return "Lua redis lib command arguments must be strings or integers";
            }
            lengths[i - 1] = (int) arguments.length;
            bytes += arguments.length;
            if (bytes > Integer.MAX_VALUE || !out.reserve(arguments.length)) {
                return "not enough memory";
            }
            out.put(arguments.address, arguments.length);
        }
        // The buffer has moved while it grew: places are known now.
        RespParser table = new RespParser(Integer.MAX_VALUE, Integer.MAX_VALUE);
        table.startTable(out.base());
        long at = out.base();
        for (int length : lengths) {
            table.addArgument(at, length);
            at += length;
        }
        Call call = new Call(server, table, new ReplyWriter(out));
        call.begin(run.client(), 0, lengths.length);
        Command command = server.dispatcher().lookUp(call);
        if (command == null) {
            return "Invalid command passed to redis.acl_check_cmd()";
        }
        lua.pushBoolean(run.client().user().check(command, call) == Denial.NONE);
        return null;
    }
}
