// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.util.ArrayList;
import java.util.List;

/** Rules as they were written, with each selector in one word: its parts may have come as several. Immutable. */
final class RuleWords {
    final List<String> words;
    /** Where a parenthesis was opened and not closed, or -1. */
    final int unmatched;

    private RuleWords(List<String> words, int unmatched) {
        this.words = words;
        this.unmatched = unmatched;
    }

    static RuleWords of(List<String> written) {
        List<String> words = new ArrayList<>();
        StringBuilder selector = null;
        int opened = -1;
        for (int i = 0; i < written.size(); i++) {
            String word = written.get(i);
            if (word.startsWith("(") && !word.endsWith(")")) {
                selector = new StringBuilder(word);
                opened = i;
            } else if (selector != null) {
                selector.append(' ').append(word);
                if (word.endsWith(")")) {
                    words.add(selector.toString());
                    selector = null;
                    opened = -1;
                }
            } else {
                words.add(word);
            }
        }
        return new RuleWords(words, opened);
    }
}
