// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.text;

/**
 * Text that is safe to show: keys, client names and notes come from outside. Control characters, line ends, directions of writing and lone
 * surrogates become {@code ?}; what is too long loses its middle, since a key's beginning and end tell most. Stateless.
 */
public final class Printable {
    private Printable() {
    }

    /** At most so many characters, of which none moves the cursor or turns the line around. */
    public static String text(String text, int charactersMax) {
        return cut(clean(text, charactersMax), charactersMax);
    }

    /** Keeps beginning and end; a cut never divides a surrogate pair. */
    public static String cut(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        if (charactersMax <= 1) {
            return text.isEmpty() || charactersMax <= 0 ? "" : "…";
        }
        int end = (charactersMax - 1) / 3;
        int start = charactersMax - 1 - end;
        int from = text.length() - end;
        if (Character.isHighSurrogate(text.charAt(start - 1))) {
            start--;
        }
        if (from < text.length() && Character.isLowSurrogate(text.charAt(from))) {
            from++;
        }
        return text.substring(0, start) + "…" + text.substring(from);
    }

    private static String clean(String text, int charactersMax) {
        // What cannot survive the cut is not looked at: a megabyte of a key costs no more than what is shown of it.
        String near = text.length() > 4L * charactersMax + 64 ? cut(text, 2 * charactersMax + 32) : text;
        StringBuilder clean = new StringBuilder(near.length());
        near.codePoints().forEach(point -> clean.appendCodePoint(isShown(point) ? point : '?'));
        return clean.toString();
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
