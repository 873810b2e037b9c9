// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.List;

/**
 * One argument of a command as COMMAND DOCS and the reference page show it. Immutable. Describes only; handlers read the call themselves.
 *
 * @param type name in COMMAND DOCS
 * @param token the word that stands before the value, empty when none
 * @param since the version that first took it, empty when that is the command's own
 * @param deprecatedSince the version that advised against it, empty when none did
 * @param parts alternatives of a one-of, members of a block
 */
public record Argument(String name, Type type, String token, boolean isOptional, boolean isMultiple, boolean repeatsToken, String since,
        String deprecatedSince, List<Argument> parts) {
    /** Types of COMMAND DOCS. */
    public enum Type {
        KEY("key"), STRING("string"), INTEGER("integer"), DOUBLE("double"), PATTERN("pattern"), UNIX_TIME("unix-time"), TOKEN("pure-token"),
        ONE_OF("oneof"), BLOCK("block");

        private final String replyName;

        Type(String replyName) {
            this.replyName = replyName;
        }

        public String replyName() {
            return replyName;
        }
    }

    private static Argument of(String name, Type type, String token) {
        return new Argument(name, type, token, false, false, false, "", "", List.of());
    }

    public static Argument key(String name) {
        return of(name, Type.KEY, "");
    }

    public static Argument string(String name) {
        return of(name, Type.STRING, "");
    }

    public static Argument integer(String name) {
        return of(name, Type.INTEGER, "");
    }

    public static Argument real(String name) {
        return of(name, Type.DOUBLE, "");
    }

    public static Argument pattern(String name) {
        return of(name, Type.PATTERN, "");
    }

    /** A word that stands for itself. */
    public static Argument token(String token) {
        return of(token.toLowerCase(java.util.Locale.ROOT), Type.TOKEN, token);
    }

    public static Argument seconds(String token) {
        return of("seconds", Type.INTEGER, token);
    }

    public static Argument millis(String token) {
        return of("milliseconds", Type.INTEGER, token);
    }

    public static Argument unixSeconds(String token) {
        return of("unix-time-seconds", Type.UNIX_TIME, token);
    }

    public static Argument unixMillis(String token) {
        return of("unix-time-milliseconds", Type.UNIX_TIME, token);
    }

    public static Argument oneOf(Argument... alternatives) {
        return new Argument("condition", Type.ONE_OF, "", false, false, false, "", "", List.of(alternatives));
    }

    public static Argument block(String name, Argument... members) {
        return new Argument(name, Type.BLOCK, "", false, false, false, "", "", List.of(members));
    }

    /** The same argument behind the word {@code word}. */
    public Argument after(String word) {
        return new Argument(name, type, word, isOptional, isMultiple, repeatsToken, since, deprecatedSince, parts);
    }

    public Argument named(String newName) {
        return new Argument(newName, type, token, isOptional, isMultiple, repeatsToken, since, deprecatedSince, parts);
    }

    public Argument optional() {
        return new Argument(name, type, token, true, isMultiple, repeatsToken, since, deprecatedSince, parts);
    }

    public Argument multiple() {
        return new Argument(name, type, token, isOptional, true, repeatsToken, since, deprecatedSince, parts);
    }

    /** May be repeated together with its word. */
    public Argument multipleWithToken() {
        return new Argument(name, type, token, isOptional, true, true, since, deprecatedSince, parts);
    }

    /** First taken by this version, which is later than the command's. */
    public Argument since(String version) {
        return new Argument(name, type, token, isOptional, isMultiple, repeatsToken, version, deprecatedSince, parts);
    }

    /** Advised against from this version on. */
    public Argument deprecated(String version) {
        return new Argument(name, type, token, isOptional, isMultiple, repeatsToken, since, version, parts);
    }
}
