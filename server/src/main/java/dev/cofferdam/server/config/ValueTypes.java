// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.server.pubsub.EventClasses;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The kinds of values that several directives share. Texts of refusals are Redis's own, since tools match on them. */
final class ValueTypes {
    static final ValueType<Boolean> YES_NO = new YesNo();
    static final ValueType<String> TEXT = new Text();
    static final ValueType<List<String>> LIST = new WordList();

    static final ValueType<Integer> EVENT_CLASSES = new EventClassLetters();
    /** Numbers as they are written shortest, so that 50.0 and 50 are the same. */
    static final ValueType<List<String>> PERCENTILES = new Percentiles();
    /** A size, or a part of maxmemory, as it was written; a size in bytes. */
    static final ValueType<String> BYTES_OR_PERCENT = new BytesOrPercent();
    /** Permissions of a file. */
    static final ValueType<Integer> OCTAL = new Octal();

    private ValueTypes() {
    }

    static ValueType<Long> integer(long min, long max, String unit) {
        return new WholeNumber(min, max, unit);
    }

    static ValueType<Long> bytes(long min, long max) {
        return new ByteCount(min, max);
    }

    static ValueType<String> choice(String... choices) {
        return new Choice(List.of(choices));
    }

    private static final class EventClassLetters implements ValueType<Integer> {
        @Override
        public Integer parse(List<String> words) throws InvalidValueException {
            int classes = EventClasses.parse(ValueType.single(words));
            if (classes < 0) {
                throw new InvalidValueException("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
            }
            return classes;
        }

        @Override
        public String print(Integer value) {
            return EventClasses.print(value);
        }

        @Override
        public String describe() {
            return "letters of Ag$lshzxeKEtmdn, or empty";
        }
    }

    private static final class Octal implements ValueType<Integer> {
        private static final int MAX = 0777;

        @Override
        public Integer parse(List<String> words) throws InvalidValueException {
            try {
                int value = Integer.parseInt(ValueType.single(words), 8);
                if (value >= 0 && value <= MAX) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Falls through.
            }
            throw new InvalidValueException("argument must be between 0 and 777 in octal");
        }

        @Override
        public String print(Integer value) {
            return Integer.toOctalString(value);
        }

        @Override
        public String describe() {
            return "octal number from 0 to 777";
        }
    }

    /** Values of another kind, of which only one has a meaning here; {@code why} tells the way out. */
    static <T> ValueType<T> only(ValueType<T> type, String value, String why) {
        return new Only<>(type, value, why);
    }

    private record YesNo() implements ValueType<Boolean> {
        @Override
        public Boolean parse(List<String> words) throws InvalidValueException {
            return switch (ValueType.single(words).toLowerCase(Locale.ROOT)) {
                case "yes" -> true;
                case "no" -> false;
                default -> throw new InvalidValueException("argument must be 'yes' or 'no'");
            };
        }

        @Override
        public String print(Boolean value) {
            return value ? "yes" : "no";
        }

        @Override
        public String describe() {
            return "yes or no";
        }
    }

    private record Text() implements ValueType<String> {
        @Override
        public String parse(List<String> words) throws InvalidValueException {
            return ValueType.single(words);
        }

        @Override
        public String describe() {
            return "text";
        }
    }

    private record WordList() implements ValueType<List<String>> {
        @Override
        public List<String> parse(List<String> words) throws InvalidValueException {
            if (words.isEmpty()) {
                throw new InvalidValueException("wrong number of arguments");
            }
            return words.size() == 1 ? split(words.getFirst()) : List.copyOf(words);
        }

        @Override
        public String print(List<String> value) {
            return String.join(" ", value);
        }

        @Override
        public List<String> words(List<String> value) {
            return value.isEmpty() ? List.of("") : value;
        }

        @Override
        public List<String> split(String argument) {
            return splitAtSpaces(argument);
        }

        @Override
        public String describe() {
            return "words";
        }
    }

    private record Percentiles() implements ValueType<List<String>> {
        @Override
        public List<String> parse(List<String> words) throws InvalidValueException {
            List<String> shortest = new ArrayList<>();
            for (String word : LIST.parse(words)) {
                try {
                    shortest.add(new BigDecimal(word).stripTrailingZeros().toPlainString());
                } catch (NumberFormatException e) {
                    throw new InvalidValueException("Invalid latency-tracking-info-percentiles parameters");
                }
            }
            return List.copyOf(shortest);
        }

        @Override
        public String print(List<String> value) {
            return LIST.print(value);
        }

        @Override
        public List<String> words(List<String> value) {
            return LIST.words(value);
        }

        @Override
        public List<String> split(String argument) {
            return LIST.split(argument);
        }

        @Override
        public String describe() {
            return "percentages";
        }
    }

    private record BytesOrPercent() implements ValueType<String> {
        @Override
        public String parse(List<String> words) throws InvalidValueException {
            String word = ValueType.single(words);
            if (!word.endsWith("%")) {
                try {
                    return Long.toString(Sizes.parseBytes(word));
                } catch (InvalidValueException e) {
                    throw new InvalidValueException("argument must be a memory or percent value");
                }
            }
            try {
                if (Long.parseLong(word.substring(0, word.length() - 1)) > 100) {
                    throw new InvalidValueException("percentage argument must be less or equal to 100");
                }
            } catch (NumberFormatException e) {
                throw new InvalidValueException("argument must be a memory or percent value");
            }
            return word;
        }

        @Override
        public String describe() {
            return "bytes, as 64mb, or a percentage of maxmemory, as 5%";
        }
    }

    private record WholeNumber(long min, long max, String unit) implements ValueType<Long> {
        @Override
        public Long parse(List<String> words) throws InvalidValueException {
            String word = ValueType.single(words);
            long number;
            try {
                if (word.startsWith("+")) {
                    throw new NumberFormatException(word);
                }
                number = Long.parseLong(word);
            } catch (NumberFormatException e) {
                throw new InvalidValueException("argument couldn't be parsed into an integer");
            }
            return inRange(number, min, max);
        }

        @Override
        public String describe() {
            return (unit.isEmpty() ? "number" : unit) + " from " + min + (max >= Integer.MAX_VALUE ? "" : " to " + max);
        }
    }

    private record ByteCount(long min, long max) implements ValueType<Long> {
        @Override
        public Long parse(List<String> words) throws InvalidValueException {
            return inRange(Sizes.parseBytes(ValueType.single(words)), min, max);
        }

        @Override
        public List<String> words(Long value) {
            return List.of(Sizes.printBytes(value));
        }

        @Override
        public String describe() {
            return "bytes, as 64mb" + (min > 0 ? ", from " + Sizes.printBytes(min) : "")
                    + (max < Long.MAX_VALUE ? ", to " + Sizes.printBytes(max) : "");
        }
    }

    private record Choice(List<String> choices) implements ValueType<String> {
        @Override
        public String parse(List<String> words) throws InvalidValueException {
            String word = ValueType.single(words).toLowerCase(Locale.ROOT);
            if (!choices.contains(word)) {
                throw new InvalidValueException("argument(s) must be one of the following: " + String.join(", ", choices));
            }
            return word;
        }

        @Override
        public String describe() {
            return String.join(", ", choices.subList(0, choices.size() - 1)) + " or " + choices.getLast();
        }
    }

    private record Only<T>(ValueType<T> type, String value, String why) implements ValueType<T> {
        @Override
        public T parseAnyway(List<String> words) throws InvalidValueException {
            return type.parse(words);
        }

        @Override
        public T parse(List<String> words) throws InvalidValueException {
            T parsed = type.parse(words);
            if (!type.print(parsed).equals(value)) {
                throw new InvalidValueException("only '" + value + "' is possible here: " + why);
            }
            return parsed;
        }

        @Override
        public String print(T parsed) {
            return type.print(parsed);
        }

        @Override
        public List<String> words(T parsed) {
            return type.words(parsed);
        }

        @Override
        public List<String> split(String argument) {
            return type.split(argument);
        }

        @Override
        public String describe() {
            return "only '" + value + "': " + why;
        }
    }

    private static Long inRange(long number, long min, long max) throws InvalidValueException {
        if (number < min || number > max) {
            throw new InvalidValueException("argument must be between " + min + " and " + max + " inclusive");
        }
        return number;
    }

    /** CONFIG SET hands several words over as one argument, with blanks between them and no quoting. */
    static List<String> splitAtSpaces(String argument) {
        List<String> words = new ArrayList<>();
        for (String word : argument.split(" ")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return List.copyOf(words);
    }
}
