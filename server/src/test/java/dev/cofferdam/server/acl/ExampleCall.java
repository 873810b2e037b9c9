// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.KeySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Words of a call of any command that are good enough for access rules: its keys stand where they belong, the rest is "x". */
final class ExampleCall {
    private ExampleCall() {
    }

    /** The command with "x" wherever something must stand, so without keys that are found behind words or counted. */
    static List<String> of(Command command) {
        List<String> words = new ArrayList<>(List.of(command.name().split("\\|")));
        while (words.size() < Math.abs(command.arity().redisValue())) {
            words.add("x");
        }
        return words;
    }

    /** A call in which the only key of interest is that of the specification; other fixed keys get {@code other}. */
    static List<String> withKey(Command command, int spec, String key, String other) {
        List<String> words = of(command);
        for (int s = 0; s < command.keySpecs(); s++) {
            if (s != spec && !command.keySpec(s).isUnknown()) {
                put(words, command.keySpec(s), other);
            }
        }
        put(words, command.keySpec(spec), key);
        return words;
    }

    private static void put(List<String> words, KeySpec spec, String key) {
        String token = new String(spec.token(), StandardCharsets.US_ASCII);
        if (!token.isEmpty()) {
            while (words.size() < spec.position()) {
                words.add("x");
            }
            words.addAll(spec.isHalf() ? List.of(token, key, "0") : List.of(token, key));
        } else if (spec.isNumbered()) {
            set(words, spec.position(), "1");
            set(words, spec.position() + 1, key);
        } else {
            int end = spec.lastForCommandInfo() < 0 ? words.size() + spec.lastForCommandInfo() : spec.lastForCommandInfo();
            for (int at = spec.position(); at <= Math.max(end, spec.position()); at += spec.step()) {
                set(words, at, key);
            }
        }
    }

    private static void set(List<String> words, int at, String word) {
        while (words.size() <= at) {
            words.add("x");
        }
        words.set(at, word);
    }
}
