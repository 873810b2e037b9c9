// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.List;

/**
 * The value of {@code save}: pairs of seconds and changes, as Redis writes them, empty for none. Immutable.
 *
 * <p>Nothing is saved in this version. The lines are taken nevertheless, because every redis.conf has them and they promise a snapshot now and then, not
 * that no write is lost, as appendonly does; a start that is given some says that they have no effect.
 */
final class SavePoints implements ValueType<String> {
    static final ValueType<String> TYPE = new SavePoints();

    private SavePoints() {
    }

    @Override
    public String parse(List<String> words) throws InvalidValueException {
        List<String> numbers = words.size() == 1 ? ValueTypes.splitAtSpaces(words.getFirst()) : words;
        if (numbers.size() % 2 != 0) {
            throw new InvalidValueException("Invalid save parameters");
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            // Redis wants at least a second, and takes no changes at all for a condition too.
            if (!isAtLeast(numbers.get(i), 1) || !isAtLeast(numbers.get(i + 1), 0)) {
                throw new InvalidValueException("Invalid save parameters");
            }
        }
        return String.join(" ", numbers);
    }

    /** A line of a file adds its points to those of the lines before; an empty one forgets them. */
    @Override
    public String change(String before, List<String> words) throws InvalidValueException {
        String added = parse(words);
        return added.isEmpty() || before.isEmpty() || words.size() == 1 ? added : before + " " + added;
    }

    private static boolean isAtLeast(String word, long min) {
        try {
            return Integer.parseInt(word) >= min;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public List<String> split(String argument) {
        return List.of(argument);
    }

    @Override
    public String print(String value) {
        return value;
    }

    @Override
    public List<String> words(String value) {
        return value.isEmpty() ? List.of("") : ValueTypes.splitAtSpaces(value);
    }

    @Override
    public String describe() {
        return "seconds and changes, as often as needed";
    }
}
