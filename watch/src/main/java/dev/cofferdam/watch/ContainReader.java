// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.contain.ActionKind;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.contain.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a target's {@code contain} and {@code protect}. Mistakes are left in the settings. */
final class ContainReader {
    private static final Map<String, ContainLevel> LEVELS = new LinkedHashMap<>();

    static {
        for (ContainLevel level : ContainLevel.values()) {
            LEVELS.put(level.name().toLowerCase(Locale.ROOT), level);
        }
    }

    private ContainReader() {
    }

    static ContainOptions read(Settings target, Settings contain) {
        ContainOptions defaults = ContainOptions.DEFAULTS;
        List<String> protectedPrefixes = target.texts("protect").stream()
            .map(glob -> KeyRange.bytesOf(beginning(glob))).toList();
        List<ContainOptions.Automatic> automatic = new ArrayList<>();
        for (Settings entry : contain.sections("automatic")) {
            String action = entry.required("action");
            String prefix = entry.required("prefix");
            try {
                automatic.add(new ContainOptions.Automatic(ActionKind.ofWord(action), KeyRange.bytesOf(beginning(prefix))));
            } catch (IllegalArgumentException e) {
                entry.complain(String.valueOf(e.getMessage()));
            }
        }
        try {
            return new ContainOptions(contain.choice("level", LEVELS, defaults.level()), protectedPrefixes,
                    contain.has("guard") ? contain.texts("guard") : defaults.guardedWords(), Set.copyOf(contain.texts("exempt-users")),
                    contain.time("undo-after", defaults.undoAfter()), contain.time("plan-life", defaults.planLife()),
                    contain.integer("batch-keys", 1, 1_000, defaults.batchKeys()), contain.time("batch-pause", defaults.batchPause()),
                    contain.integer("most-keys", 1, Integer.MAX_VALUE, (int) defaults.keysMax()),
                    contain.bytes("export", defaults.exportMaxBytes()),
                    contain.bytes("limit-max", defaults.limitMaxBytes()), contain.path("kill-switch"), automatic,
                    contain.integer("automatic-per-day", 0, 1_000, defaults.automaticPerDay()));
        } catch (IllegalArgumentException e) {
            contain.complain(String.valueOf(e.getMessage()));
            return defaults;
        }
    }

    /** {@code sess:*} is how people write a prefix. */
    private static String beginning(String glob) {
        return glob.endsWith("*") ? glob.substring(0, glob.length() - 1) : glob;
    }
}
