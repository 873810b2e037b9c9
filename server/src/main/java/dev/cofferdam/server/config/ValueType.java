// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.List;

/** What kind of value a directive takes: how it is read, written, and described. Stateless; any thread. */
public interface ValueType<T> {
    /** Reads the words behind the directive's name; throws with Redis's text when they are no such value. */
    T parse(List<String> words) throws InvalidValueException;

    /** The value after a line with these words, where {@code current} was before: most kinds are replaced, some keep the parts that are not named. */
    default T change(T current, List<String> words) throws InvalidValueException {
        return parse(words);
    }

    /** As {@link #parse}, of what is well formed but has no meaning here: for those who have said that they know. */
    default T parseAnyway(List<String> words) throws InvalidValueException {
        return parse(words);
    }

    /** The value as CONFIG GET prints it. */
    default String print(T value) {
        return String.valueOf(value);
    }

    /** The words as they are written to a file; reading them back gives the same value. */
    default List<String> words(T value) {
        return List.of(print(value));
    }

    /** The one argument of CONFIG SET as the words it stands for. */
    default List<String> split(String argument) {
        return List.of(argument);
    }

    /** One line for the reference: what may stand there, with unit and range. */
    String describe();

    /** The only word of a directive that takes one; throws with Redis's text otherwise. */
    static String single(List<String> words) throws InvalidValueException {
        if (words.size() != 1) {
            throw new InvalidValueException("wrong number of arguments");
        }
        return words.getFirst();
    }
}
