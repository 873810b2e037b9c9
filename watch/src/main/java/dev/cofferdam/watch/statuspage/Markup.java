// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

/** HTML and XML out of text that anybody may have written. Used by one thread. */
final class Markup {
    private final StringBuilder out = new StringBuilder(8192);

    /** Markup of ours, as it is. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Text of others: never markup, in an element or between double quotes. Characters that XML does not allow become question marks. */
    Markup text(String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean allowed = c == '\t' || c == '\n' || c >= ' ' && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
                    out.appendCodePoint(allowed ? c : '?');
                }
            }
        });
        return this;
    }

    /** {@code <name>text</name>}. */
    Markup element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
