// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts the name of a key into tokens and puts a placeholder where a token is one of very many: numbers, identifiers, addresses. Pure functions.
 *
 * <p>A token is its bytes as ISO-8859-1 with the separator that ends it; a placeholder is one character beyond those, so that no key can forge one. Only the first
 * bytes of a name are looked at.
 */
final class KeyTokens {
    static final char ANY = '\u0100';
    static final char NUMBER = '\u0101';
    static final char HEX = '\u0102';
    static final char UUID = '\u0103';
    static final char ID = '\u0104';
    static final char ADDRESS = '\u0105';
    static final char EMAIL = '\u0106';
    static final char DATE = '\u0107';
    static final char BINARY = '\u0108';
    static final char REST = '\u0109';
    private static final String[] SHOWN = {"<*>", "<n>", "<hex>", "<uuid>", "<id>", "<ip>", "<email>", "<date>", "<bin>", "…"};

    private static final String SEPARATORS = ":/.|-_#{}";
    private static final int LOOKED_AT_BYTES = 256;
    static final int TOKENS_MAX = 12;
    private static final int WORD_MAX = 64;
    /** Part of the places in a word where letters and digits, or small and large letters, meet: made by chance rather than by a person. */
    private static final double MIXED = 0.3;

    // What holds separators itself, and ends at one or at the end. All possessive or of fixed length: their time is linear.
    private static final String END = "(?=[:/.|\\-_#{}]|$)";
    private static final Pattern UUID_FORM = Pattern
        .compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}" + END);
    private static final Pattern DATE_FORM = Pattern
        .compile("(?:19|20)\\d\\d([-/.])\\d\\d\\1\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?Z?)?" + END);
    private static final Pattern IPV4_FORM = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}" + END);
    private static final Pattern IPV6_FORM = Pattern
        .compile("(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6})" + END);
    private static final Pattern WIDE_PART = Pattern.compile("[0-9a-fA-F]{3}");
    private static final Pattern EMAIL_FORM = Pattern.compile("[A-Za-z0-9.!$%&'*+=?^`|~_\\-]{1,64}+@[A-Za-z0-9.\\-]{1,100}");
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_\\-]{16,64}+(?=[:/.|#{}]|$)");

    private KeyTokens() {
    }

    static List<String> of(byte[] key) {
        String text = new String(key, 0, Math.min(key.length, LOOKED_AT_BYTES), StandardCharsets.ISO_8859_1);
        List<String> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (tokens.size() == TOKENS_MAX - 1) {
                tokens.add(String.valueOf(REST));
                return tokens;
            }
            int end = at;
            String word;
            Matcher form = null;
            char placeholder = 0;
            for (Form candidate : Form.values()) {
                form = candidate.pattern.matcher(text).region(at, text.length()).useAnchoringBounds(true);
                if (form.lookingAt() && candidate.fits(form.group())) {
                    placeholder = candidate.placeholder;
                    end = form.end();
                    break;
                }
            }
            if (placeholder != 0) {
                word = String.valueOf(placeholder);
            } else {
                end = separator(text, at);
                word = normal(text.substring(at, end));
            }
            if (word.indexOf(BINARY) >= 0) {
                tokens.add(word);
                return tokens;
            }
            boolean separated = end < text.length();
            tokens.add(separated ? word + text.charAt(end) : word);
            at = separated ? end + 1 : end;
        }
        if (key.length > LOOKED_AT_BYTES) {
            tokens.add(String.valueOf(REST));
        }
        return tokens;
    }

    /** Forms that hold separators, in the order they are tried. */
    private enum Form {
        UUIDS(UUID_FORM, UUID), DATES(DATE_FORM, DATE), IPV4S(IPV4_FORM, ADDRESS), IPV6S(IPV6_FORM, ADDRESS) {
            @Override
            boolean fits(String text) {
                // a::b is a name with an empty part.
                return text.chars().anyMatch(c -> c >= '0' && c <= '9') && WIDE_PART.matcher(text).find();
            }
        },
        EMAILS(EMAIL_FORM, EMAIL), RUNS(
                RUN, ID) {
            @Override
            boolean fits(String text) {
                return text.chars().anyMatch(c -> c >= '0' && c <= '9') && mixed(text) >= MIXED * text.length();
            }
        };

        private final Pattern pattern;
        private final char placeholder;

        Form(Pattern pattern, char placeholder) {
            this.pattern = pattern;
            this.placeholder = placeholder;
        }

        boolean fits(String text) {
            return true;
        }
    }

    private static int separator(String text, int from) {
        int at = from;
        while (at < text.length() && SEPARATORS.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String normal(String word) {
        int length = word.length();
        int digits = 0;
        int hex = 0;
        int alphanumeric = 0;
        int strange = 0;
        for (int i = 0; i < length; i++) {
            char c = word.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            digits += digit ? 1 : 0;
            hex += digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' ? 1 : 0;
            alphanumeric += digit || letter ? 1 : 0;
            strange += c < 0x20 || c >= 0x7f ? 1 : 0;
        }
        if (strange > 0 && !isText(word)) {
            return String.valueOf(BINARY);
        }
        if (length == 0) {
            return "";
        }
        if (digits == length) {
            return String.valueOf(NUMBER);
        }
        if (length >= 8 && hex == length && digits > 0) {
            return String.valueOf(HEX);
        }
        if (alphanumeric == length && digits > 0 && (length >= 16 || length >= 10 && mixed(word) >= MIXED * length)) {
            return String.valueOf(ID);
        }
        if (length > WORD_MAX) {
            return String.valueOf(ANY);
        }
        return numbered(word);
    }

    /** {@code user1000} is one of many users, {@code sha256} and {@code v2} are not: so from four digits on, and short of that the tree will see. */
    private static String numbered(String word) {
        int from = word.length();
        while (from > 0 && Character.isDigit(word.charAt(from - 1))) {
            from--;
        }
        return word.length() - from >= 4 ? word.substring(0, from) + NUMBER : word;
    }

    /** Letters of another script are a word like others. */
    private static boolean isText(String latin) {
        byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.codePoints().allMatch(point -> point > 0x20 && point != 0xfffd && (point < 0x7f || Character.isLetterOrDigit(point)));
    }

    /** Places where a digit meets a letter or a small letter a large one. */
    private static int mixed(String word) {
        int places = 0;
        int last = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            int kind = c >= '0' && c <= '9' ? 1 : c >= 'a' && c <= 'z' ? 2 : c >= 'A' && c <= 'Z' ? 3 : 0;
            if (kind != 0) {
                boolean between = last != 0 && kind != last && (kind == 1 || last == 1 || kind == 3);
                places += between ? 1 : 0;
                last = kind;
            }
        }
        return places;
    }

    /** As people read it. */
    static String shown(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        for (String token : tokens) {
            for (int i = 0; i < token.length(); i++) {
                char c = token.charAt(i);
                if (c < ANY) {
                    literal.append(c);
                } else {
                    text.append(KeyText.ofLatin(literal.toString())).append(SHOWN[c - ANY]);
                    literal.setLength(0);
                }
            }
        }
        return text.append(KeyText.ofLatin(literal.toString())).toString();
    }

    /** The bytes all its keys begin with, as ISO-8859-1. */
    static String literal(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        for (String token : tokens) {
            for (int i = 0; i < token.length(); i++) {
                if (token.charAt(i) >= ANY) {
                    return text.toString();
                }
                text.append(token.charAt(i));
            }
        }
        return text.toString();
    }
}
