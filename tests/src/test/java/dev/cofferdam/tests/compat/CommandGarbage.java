// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes calls of every command a server knows that nobody would send: half of them follow what COMMAND DOCS says of the arguments, with values that do not belong
 * there and words too many or too few; the others only what COMMAND INFO says of their number and of where keys are. The same seed makes the same calls.
 *
 * <p>Owns the generator's state. Text is one character a byte.
 */
final class CommandGarbage {
    /** What COMMAND INFO and COMMAND DOCS say of a command, as far as calls of it need it. */
    private record Shape(int arity, int firstKey, int lastKey, int keyStep, boolean blocks, String group, List<Reply> arguments) {
    }

    /** Keys that {@link #setUp} makes, by the group of the commands that work on them, and one that is not there. */
    private static final Map<String, String> KEYS = Map.of("string", "k:string", "bitmap", "k:string", "list", "k:list", "hash", "k:hash",
            "set", "k:set",
            "sorted-set", "k:zset", "stream", "k:stream", "geo", "k:geo", "hyperloglog", "k:hll");
    private static final List<String> ALL_KEYS = List.of("k:string", "k:number", "k:list", "k:hash", "k:set", "k:zset", "k:stream", "k:geo",
            "k:hll", "k:absent",
            "cache:k", "queue:k", "", "k\0\r\n\u00ff");
    /** Not among them: counts that a server would answer with so many elements, or offsets at which it would make a string of hundreds of megabytes. */
    private static final List<String> NUMBERS = List.of("0", "1", "-1", "2", "7", "-1000", "100", "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "00", "+1", " 1", "1 ", "0x10", "1e3", "1.5", "-0",
            "inf", "-inf", "nan",
            "1e400", "3.0e-320", "1e", ".", "");
    private static final List<String> WORDS = List.of("a", "b", "m1", "member", "0-1", "1-1", "1-", "-", "+", "$", ">", "*", "=", "~", "(1",
            "[a", "(", "[", "#", "key",
            "%", "m", "KM", "left", "RIGHT", "NX", "xx", "GET", "count", "LIMIT", "u8", "i64", "u64", "default", "allkeys", "~*",
            "return 1", "#!lua name=x",
            "maxmemory-policy", "help", "a*[", "\\", "{a}", "\0", "\r\n", "\u00ff\u00fe\u0080");
    private static final List<String> WAITS = List.of("0.001", "0.01", "-1", "x", "nan", "1e400", "");
    private static final int LONG_BYTES = 5_000;

    private final Random random;
    private final SortedMap<String, Shape> shapes = new TreeMap<>();

    CommandGarbage(long seed) {
        random = new Random(seed);
    }

    /** Learns what the server says of its commands; answers their names, a sub-command as {@code client|list}. */
    List<String> learn(RawClient server) throws IOException {
        Map<String, Map<String, Reply>> documents = new HashMap<>();
        readDocuments(server.run(List.of("COMMAND", "DOCS")), documents);
        readCommands(server.run(List.of("COMMAND")), documents);
        return List.copyOf(shapes.keySet());
    }

    private static void readDocuments(Reply commands, Map<String, Map<String, Reply>> documents) {
        CommandFacts.map(commands).forEach((name, reply) -> {
            Map<String, Reply> document = CommandFacts.map(reply);
            documents.put(name, document);
            Reply subcommands = document.get("subcommands");
            if (subcommands != null) {
                readDocuments(subcommands, documents);
            }
        });
    }

    private void readCommands(Reply commands, Map<String, Map<String, Reply>> documents) {
        for (Reply command : commands.parts()) {
            List<Reply> parts = command.parts();
            String name = CommandFacts.text(parts.getFirst());
            Map<String, Reply> document = documents.getOrDefault(name, Map.of());
            Reply group = document.get("group");
            Reply arguments = document.get("arguments");
            shapes.put(name, new Shape(number(parts.get(1)), number(parts.get(3)), number(parts.get(4)), number(parts.get(5)),
                    parts.get(2).toString().contains("blocking") || name.equals("wait"), group == null ? "" : CommandFacts.text(group),
                    arguments == null ? List.of() : arguments.parts()));
            readCommands(parts.get(9), documents);
        }
    }

    private static int number(Reply integer) {
        return Integer.parseInt(integer.head().substring(1));
    }

    /** Commands that make the keys of {@link #ALL_KEYS}, on a connection in whatever state. */
    static List<List<String>> setUp() {
        return List.of(List.of("RESET"), List.of("FLUSHALL"), List.of("SET", "k:string", "some text\0and more"),
                List.of("SET", "k:number", "41"),
                List.of("RPUSH", "k:list", "a", "b", "c", "a"), List.of("HSET", "k:hash", "a", "1", "b", "x", "m1", "2.5"),
                List.of("SADD", "k:set", "a", "b", "m1"),
                List.of("ZADD", "k:zset", "1", "a", "2.5", "b", "-inf", "m1"), List.of("XADD", "k:stream", "1-1", "a", "b"),
                List.of("XGROUP", "CREATE", "k:stream", "a", "0"), List.of("GEOADD", "k:geo", "13.36", "38.11", "a", "15.08", "37.5", "b"),
                List.of("PFADD", "k:hll", "a", "b", "c"), List.of("SET", "cache:k", "v"), List.of("RPUSH", "queue:k", "v"));
    }

    /** A call of the command. */
    List<String> call(String name) {
        Shape shape = shape(name);
        List<String> call = new ArrayList<>(List.of(name.split("\\|", -1)));
        if (random.nextInt(100) < 70 && !shape.arguments.isEmpty()) {
            shape.arguments.forEach(argument -> add(call, CommandFacts.map(argument), shape));
            for (int mutations = random.nextInt(3); mutations > 0; mutations--) {
                mutate(call, shape);
            }
        } else {
            int count = Math.max(call.size(),
                    Math.abs(shape.arity) + random.nextInt(shape.arity < 0 ? 5 : 2) - (random.nextInt(8) == 0 ? 1 : 0));
            while (call.size() < count) {
                call.add(isKey(shape, call.size(), count) ? key(shape) : value());
            }
        }
        if (shape.blocks) {
            boundWait(name, call);
        }
        return call;
    }

    private Shape shape(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("no command " + name);
        }
        return shape;
    }

    /** Whoever waits must not wait for long: the argument that may be a timeout is one of a few. */
    private void boundWait(String name, List<String> call) {
        String wait = pick(WAITS);
        if (name.startsWith("xread")) {
            call.replaceAll(word -> word.equalsIgnoreCase("BLOCK") ? "COUNT" : word);
        } else if (name.equals("blmpop") || name.equals("bzmpop")) {
            if (call.size() > 1) {
                call.set(1, wait);
            }
        } else if (call.size() > 1) {
            call.set(call.size() - 1, name.equals("wait") ? "1" : wait);
        }
    }

    private static boolean isKey(Shape shape, int at, int count) {
        int last = shape.lastKey < 0 ? count + shape.lastKey : shape.lastKey;
        return shape.firstKey > 0 && at >= shape.firstKey && at <= last && (at - shape.firstKey) % Math.max(1, shape.keyStep) == 0;
    }

    private void add(List<String> call, Map<String, Reply> argument, Shape shape) {
        String flags = argument.containsKey("flags") ? argument.get("flags").toString() : "";
        if (flags.contains("optional") && random.nextInt(100) < 55) {
            return;
        }
        int times = flags.contains("multiple") ? 1 + random.nextInt(3) : 1;
        for (int i = 0; i < times; i++) {
            Reply token = argument.get("token");
            if (token != null && (i == 0 || flags.contains("multiple_token"))) {
                call.add(CommandFacts.text(token));
            }
            addValue(call, argument, shape);
        }
    }

    private void addValue(List<String> call, Map<String, Reply> argument, Shape shape) {
        Reply inner = argument.get("arguments");
        switch (CommandFacts.text(argument.get("type"))) {
            case "pure-token" -> {
            }
            case "oneof" -> {
                List<Reply> choices = inner == null ? List.of() : inner.parts();
                if (!choices.isEmpty()) {
                    add(call, CommandFacts.map(choices.get(random.nextInt(choices.size()))), shape);
                }
            }
            case "block" -> {
                if (inner != null) {
                    inner.parts().forEach(part -> add(call, CommandFacts.map(part), shape));
                }
            }
            case "key" -> call.add(key(shape));
            case "integer", "double", "unix-time" ->
                call.add(random.nextInt(10) == 0 ? value() : random.nextBoolean() ? Integer.toString(random.nextInt(4)) : pick(NUMBERS));
            default -> call.add(value());
        }
    }

    private void mutate(List<String> call, Shape shape) {
        int at = 1 + random.nextInt(call.size());
        switch (random.nextInt(4)) {
            case 0 -> call.add(at, value());
            case 1 -> call.add(at, key(shape));
            case 2 -> {
                if (at < call.size()) {
                    call.set(at, value());
                }
            }
            default -> {
                if (at < call.size()) {
                    call.remove(at);
                }
            }
        }
    }

    private String key(Shape shape) {
        String own = KEYS.get(shape.group);
        return own != null && random.nextInt(10) < 6 ? own : pick(ALL_KEYS);
    }

    private String value() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> pick(NUMBERS);
            case 3 -> bytes(random.nextInt(40));
            case 4 -> random.nextInt(8) == 0 ? bytes(LONG_BYTES) : "";
            default -> pick(WORDS);
        };
    }

    private String bytes(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
