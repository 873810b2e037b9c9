// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A glob over the names of directives, metrics or commands, for the cold path; case does not matter. Immutable. */
public final class NamePattern {
    private final String text;
    private final Pattern regex;

    public NamePattern(String text) {
        this.text = text;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int close = c == '[' ? text.indexOf(']', i + 1) : -1;
            if (c == '*') {
                out.append(".*");
            } else if (c == '?') {
                out.append('.');
            } else if (close > i + 1) {
                boolean negated = text.charAt(i + 1) == '^';
                String members = text.substring(negated ? i + 2 : i + 1, close);
                out.append(negated ? "[^" : "[").append(members.replaceAll("[\\[\\]^&\\\\]", "\\\\$0")).append(']');
                i = close;
            } else {
                out.append(Pattern.quote(String.valueOf(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c)));
            }
        }
        Pattern compiled;
        try {
            compiled = Pattern.compile(out.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            compiled = Pattern.compile(Pattern.quote(text)); // a class such as [z-a] matches nothing but itself
        }
        this.regex = compiled;
    }

    public boolean matches(String name) {
        return regex.matcher(name).matches();
    }

    /** True when the text is a name and no pattern. */
    public boolean isPlain() {
        return text.indexOf('*') < 0 && text.indexOf('?') < 0 && text.indexOf('[') < 0;
    }
}
