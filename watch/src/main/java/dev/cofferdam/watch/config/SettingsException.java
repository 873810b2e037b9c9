// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.config;

import java.util.List;

/** A configuration that cannot be used: all that is wrong with it at once, each problem a line that names place, thing and way out. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<String> problems;

    public SettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
