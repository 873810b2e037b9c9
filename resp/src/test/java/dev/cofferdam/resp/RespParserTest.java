// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RespParserTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122);

    private final Bytes bytes = new Bytes();
    private final RespParser parser = new RespParser(1 << 20, 512 << 20);

    @AfterEach
    void close() {
        bytes.close();
    }

    /** All commands of a stream received at once, each as its arguments joined; the error, if any, last. */
    private List<String> parse(String stream) {
        bytes.put(0, stream);
        parser.start(bytes.address, bytes.address + stream.length());
        List<String> commands = new ArrayList<>();
        int result = parser.next();
        while (result == RespParser.COMMAND) {
            commands.add(last());
            result = parser.next();
        }
        if (result == RespParser.ERROR) {
            commands.add("! " + parser.error());
        }
        return commands;
    }

    private String last() {
        StringBuilder text = new StringBuilder();
        for (int i = parser.firstArgument(); i < parser.firstArgument() + parser.argumentCount(); i++) {
            text.append(i == parser.firstArgument() ? "" : "|").append(bytes.text(parser.address(i), parser.length(i)));
        }
        return text.toString();
    }

    @Test
    void findsMultibulkAndInlineCommands() {
        assertThat(parse("*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n*0\r\n\r\n  set  a   b \n*-1\r\n*1\r\n$0\r\n\r\n")).containsExactly("GET|k",
                "PING", "set|a|b",
                "");
    }

    /** With and without looking for repetitions the same commands are found in a stream that is cut anywhere, and the same is said of what is left. */
    @Test
    void commandsThatRepeatTheirHeadAreWhatTheyAreOtherwise() {
        Random random = new Random(SEED);
        List<String> heads = List.of("*3\r\n$5\r\nLPUSH\r\n$1\r\nk\r\n", "*2\r\n$4\r\nRPOP\r\n$1\r\nk\r\n",
                "*3\r\n$5\r\nLPUSH\r\n$2\r\nkk\r\n", "LPUSH k v\r\n",
                "*4\r\n$5\r\nLPUSH\r\n$1\r\nk\r\n$1\r\nv\r\n", "*3\r\n$100\r\n" + "x".repeat(100) + "\r\n$1\r\nk\r\n");
        RespParser plain = new RespParser(1 << 20, 512 << 20);
        int repeated = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder stream = new StringBuilder();
            for (int commands = random.nextInt(30); commands > 0; commands--) {
                String head = heads.get(random.nextInt(heads.size()));
                for (int times = random.nextInt(6); times > 0; times--) {
                    int length = random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(9);
                    boolean hasRest = head.startsWith("*3") || head.startsWith("*4");
                    stream.append(head).append(hasRest ? "$" + length + "\r\n" + "y".repeat(length) + "\r\n" : "");
                }
            }
            if (random.nextInt(4) == 0) {
                stream.append("*3\r\n!");
            }
            int end = random.nextInt(3) == 0 ? stream.length() : random.nextInt(stream.length() + 1);
            bytes.put(0, stream.substring(0, end));
            List<String> expected = new ArrayList<>();
            plain.start(bytes.address, bytes.address + end);
            int result = plain.next();
            for (; result == RespParser.COMMAND; result = plain.next()) {
                expected.add(text(plain, plain.firstArgument(), plain.argumentCount()));
            }
            bytes.put(0, stream.substring(0, end)); // inline commands are changed where they lie
            List<String> found = new ArrayList<>();
            parser.start(bytes.address, bytes.address + end);
            int last = parser.next();
            for (; last == RespParser.COMMAND; last = parser.next()) {
                int first = parser.firstArgument();
                int count = parser.argumentCount();
                int times = 1 + (count > 1 ? parser.repeats(1, 1 + random.nextInt(5), 1 + random.nextInt(2000)) : 0);
                repeated += times - 1;
                for (int i = 0; i < times; i++) {
                    found.add(text(parser, first + i * count, count));
                }
            }
            assertThat(found).as("-Dcofferdam.seed=%d", SEED).isEqualTo(expected);
            assertThat(last).isEqualTo(result);
            assertThat(parser.position()).isEqualTo(plain.position());
            if (result == RespParser.INCOMPLETE) {
                assertThat(parser.neededBytes()).isEqualTo(plain.neededBytes());
                assertThat(parser.scannedBytes()).isEqualTo(plain.scannedBytes());
                assertThat(parser.remainingArguments()).isEqualTo(plain.remainingArguments());
            }
        }
        assertThat(repeated).isGreaterThan(10_000);
    }

    private String text(RespParser from, int first, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = first; i < first + count; i++) {
            text.append('|').append(bytes.text(from.address(i), from.length(i)));
        }
        return text.toString();
    }

    @Test
    void findsEachOfVeryManyArgumentsFromAnywhere() {
        Random random = new Random(SEED);
        List<String> arguments = new ArrayList<>();
        StringBuilder stream = new StringBuilder("*5000\r\n");
        for (int i = 0; i < 5000; i++) {
            arguments.add(Integer.toString(i).repeat(random.nextInt(0, 40)));
            stream.append('$').append(arguments.get(i).length()).append("\r\n").append(arguments.get(i)).append("\r\n");
        }
        String all = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n" + stream + "PING\r\n" + stream;
        bytes.put(0, all);
        parser.start(bytes.address, bytes.address + all.length());
        assertThat(parser.next()).isEqualTo(RespParser.COMMAND);
        assertThat(parser.next()).isEqualTo(RespParser.COMMAND);
        assertThat(parser.isFull()).isTrue();
        assertThat(bytes.text(parser.address(1), parser.length(1))).as("the command before it").isEqualTo("k");
        for (int i = 0; i < 50_000; i++) {
            int argument = i < 5000 ? i : random.nextInt(5000);
            int at = parser.firstArgument() + argument;
            assertThat(bytes.text(parser.address(at), parser.length(at))).as("argument %d, seed %d", argument, SEED)
                .isEqualTo(arguments.get(argument));
        }
        parser.clearTable();
        assertThat(parser.next()).isEqualTo(RespParser.COMMAND);
        assertThat(last()).isEqualTo("PING");
        assertThat(parser.next()).isEqualTo(RespParser.COMMAND);
        assertThat(last()).isEqualTo(String.join("|", arguments));
        parser.start(bytes.address, bytes.address + all.length() - 1);
        parser.next();
        parser.next();
        parser.clearTable();
        parser.next();
        assertThat(parser.next()).as("its last byte is missing").isEqualTo(RespParser.INCOMPLETE);
        assertThat(parser.isFull()).isFalse();
    }

    @Test
    void unescapesInlineArguments() {
        assertThat(parse("set \"a b\\x41\\n\\\"\" 'c\\'d\\n' e\"f\"\r\n")).containsExactly("set|a bA\n\"|c'd\\n|ef");
        assertThat(parse("x \"a\"b\r\n")).containsExactly("! Protocol error: unbalanced quotes in request");
        assertThat(parse("x 'a\r\n")).containsExactly("! Protocol error: unbalanced quotes in request");
        assertThat(parse("x \"\" ''\r\n")).containsExactly("x||");
    }

    @Test
    void namesProtocolErrorsAsRedisDoes() {
        assertThat(parse("*a\r\n")).containsExactly("! Protocol error: invalid multibulk length");
        assertThat(parse("*01\r\n")).containsExactly("! Protocol error: invalid multibulk length");
        assertThat(parse("*3000000\r\n")).containsExactly("! Protocol error: invalid multibulk length");
        assertThat(parse("*1\r\nPING\r\n")).containsExactly("! Protocol error: expected '$', got 'P'");
        assertThat(parse("*1\r\n$-1\r\n")).containsExactly("! Protocol error: invalid bulk length");
        assertThat(parse("*1\r\n$x\r\n")).containsExactly("! Protocol error: invalid bulk length");
        assertThat(parse("*1\r\n$536870913\r\n")).containsExactly("! Protocol error: invalid bulk length");
        assertThat(parse("*" + "1".repeat(70_000))).containsExactly("! Protocol error: too big mbulk count string");
        assertThat(parse("*1\r\n$" + "1".repeat(70_000))).containsExactly("! Protocol error: too big bulk count string");
        assertThat(parse("a".repeat(70_000))).containsExactly("! Protocol error: too big inline request");
    }

    @Test
    void limitsThoseWhoHaveNotAuthenticated() {
        parser.setUnauthenticated(true);
        assertThat(parse("*11\r\n")).containsExactly("! Protocol error: unauthenticated multibulk length");
        assertThat(parse("*1\r\n$16385\r\n")).containsExactly("! Protocol error: unauthenticated bulk length");
        assertThat(parse("*1\r\n$4\r\nPING\r\n")).containsExactly("PING");
    }

    @Test
    void saysHowMuchALargeCommandNeeds() {
        String head = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n";
        bytes.put(0, head + "abc");
        parser.start(bytes.address, bytes.address + head.length() + 3);
        assertThat(parser.next()).isEqualTo(RespParser.INCOMPLETE);
        assertThat(parser.neededBytes()).isEqualTo(head.length() + 100_002L);
        assertThat(parser.remainingArguments()).isEqualTo(1);
        assertThat(parser.position()).isEqualTo(bytes.address);
    }

    @Test
    void everySplitOfAStreamGivesTheSameCommands() {
        Random random = new Random(SEED);
        for (int round = 0; round < 60; round++) {
            StringBuilder stream = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                addCommand(random, stream, expected);
            }
            assertThat(parse(stream.toString())).as("whole; seed %d", SEED).isEqualTo(expected);
            for (int split = 0; split <= stream.length(); split++) {
                assertThat(parseInTwo(stream.toString(), split))
                    .as("split at %d of %s; repeat with -Dcofferdam.seed=%d", split, stream, SEED)
                    .isEqualTo(expected);
            }
        }
    }

    private void addCommand(Random random, StringBuilder stream, List<String> expected) {
        int count = 1 + random.nextInt(4);
        if (random.nextInt(4) == 0) {
            stream.append("ping ".repeat(count).trim()).append("\r\n");
            expected.add("ping|".repeat(count).substring(0, 5 * count - 1));
            return;
        }
        stream.append('*').append(count).append("\r\n");
        StringBuilder command = new StringBuilder();
        for (int i = 0; i < count; i++) {
            StringBuilder argument = new StringBuilder();
            for (int length = random.nextInt(5); length > 0; length--) {
                argument.append("\r\n$*ab1".charAt(random.nextInt(7)));
            }
            stream.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
            command.append(i == 0 ? "" : "|").append(argument);
        }
        expected.add(command.toString());
    }

    /** The first part arrives, then the rest; a half command is gone over with advance before it is parsed again. */
    private List<String> parseInTwo(String stream, int split) {
        bytes.put(0, stream);
        List<String> commands = new ArrayList<>();
        parser.start(bytes.address, bytes.address + split);
        while (parser.next() == RespParser.COMMAND) {
            commands.add(last());
        }
        long start = parser.position();
        long end = bytes.address + stream.length();
        long needed = parser.neededBytes();
        long scanned = parser.scannedBytes();
        long remaining = parser.remainingArguments();
        assertThat(start + needed).isLessThanOrEqualTo(end);
        if (remaining > 0) {
            assertThat(parser.advance(start, end, scanned, remaining)).isEqualTo(RespParser.COMMAND);
        }
        parser.start(start, end);
        while (parser.next() == RespParser.COMMAND) {
            commands.add(last());
        }
        return commands;
    }

    @Test
    void aMillionArgumentsArePassedOnceAndParsedOnce() {
        int count = 100_000;
        StringBuilder stream = new StringBuilder("*" + count + "\r\n");
        for (int i = 0; i < count; i++) {
            stream.append("$1\r\na\r\n");
        }
        bytes.put(0, stream.toString());
        parser.start(bytes.address, bytes.address + 1000);
        assertThat(parser.next()).isEqualTo(RespParser.INCOMPLETE);
        assertThat(parser.neededBytes()).isGreaterThan(6L * count - 1000);
        long end = bytes.address + stream.length();
        assertThat(parser.advance(bytes.address, end - 1, parser.scannedBytes(), parser.remainingArguments()))
            .isEqualTo(RespParser.INCOMPLETE);
        assertThat(parser.neededBytes()).isEqualTo(stream.length());
        parser.start(bytes.address, end);
        assertThat(parser.next()).isEqualTo(RespParser.COMMAND);
        assertThat(parser.argumentCount()).isEqualTo(count);
    }
}
