// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import org.jspecify.annotations.Nullable;

/** Finds what was probably meant by a misspelt name. Stateless. */
public final class NearestName {
    private NearestName() {
    }

    /** The name that takes the fewest changes, null when even that is a different word. */
    public static @Nullable String of(String wrong, Iterable<String> names) {
        String nearest = null;
        int fewest = Math.max(2, wrong.length() / 3) + 1;
        for (String name : names) {
            int changes = distance(wrong, name);
            if (changes < fewest || changes == fewest && nearest != null && name.compareTo(nearest) < 0) {
                fewest = changes;
                nearest = name;
            }
        }
        return nearest;
    }

    /** How many letters must be put in, taken out or replaced to get from one to the other. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (Character.toLowerCase(from.charAt(i - 1)) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
