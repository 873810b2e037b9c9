// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the present values into the file they came from: CONFIG REWRITE.
 *
 * <p>Keeps every comment, and every line whose value is still right, as it is. A file that could not be read back is never put in place: the new text goes to
 * a temporary file beside it, is read as at a start, and only then takes the name.
 */
public final class ConfigRewriter {
    private static final String HEADING = "# Written by CONFIG REWRITE";

    private final Configuration configuration;
    private final Set<Directive<?>> missing = new LinkedHashSet<>();
    private final Set<Configuration.CompartmentOption> missingOptions;
    /** Lines of users that the file has not named yet, by name. */
    private final Map<String, String> missingUsers = new LinkedHashMap<>();
    private final List<String> out = new ArrayList<>();

    private ConfigRewriter(Configuration configuration) {
        this.configuration = configuration;
        this.missingOptions = new LinkedHashSet<>(configuration.changedOptions());
        configuration.userLines().forEach(line -> missingUsers.put(line.split(" ", 3)[1], line));
        for (Directive<?> directive : Directives.all()) {
            if (configuration.isGiven(directive)) {
                missing.add(directive);
            }
        }
    }

    /** Rewrites the file; returns null when done, else the error text of the reply. */
    public static @Nullable String rewrite(Configuration configuration) {
        Path file = configuration.file();
        if (file == null) {
            return "ERR The server is running without a config file";
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".rewrite-" + ProcessHandle.current().pid());
        try {
            List<String> lines = Files.exists(file)
                    ? List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1))
                    : List.of();
            Files.writeString(temporary, new ConfigRewriter(configuration).textFor(lines), StandardCharsets.ISO_8859_1);
            ConfigLoader.load(CommandLine.of(List.of(temporary.toString())), MemoryLimit.ofThisMachine());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return null;
        } catch (IOException e) {
            return "ERR Rewriting config file: " + e.getClass().getSimpleName() + " " + e.getMessage();
        } catch (ConfigException e) {
            return "ERR Rewriting config file: the result could not be read back: " + e.problems().getFirst();
        } finally {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                // The reply has said already what went wrong in that folder.
            }
        }
    }

    private String textFor(List<String> lines) {
        for (String line : lines) {
            keepOrReplace(line);
        }
        while (!out.isEmpty() && out.getLast().isBlank()) {
            out.removeLast();
        }
        List<String> added = new ArrayList<>();
        for (Directive<?> directive : missing) {
            if (!isDefault(directive)) {
                added.add(Words.join(configuration.lineWords(directive)));
            }
        }
        for (Configuration.CompartmentOption option : missingOptions) {
            List<String> words = new ArrayList<>(List.of("compartment", option.compartment(), option.option()));
            words.addAll(configuration.optionWords(option));
            added.add(Words.join(words));
        }
        added.addAll(missingUsers.values());
        if (!added.isEmpty() && !out.contains(HEADING)) {
            out.add("");
            out.add(HEADING);
        }
        out.addAll(added);
        return String.join("\n", out) + "\n";
    }

    private <T> boolean isDefault(Directive<T> directive) {
        return configuration.get(directive).equals(directive.defaultValue());
    }

    private void keepOrReplace(String line) {
        String stripped = line.strip();
        List<String> words = stripped.isEmpty() || stripped.startsWith("#") ? null : Words.split(stripped);
        if (words == null || words.isEmpty()) {
            out.add(line);
            return;
        }
        String name = words.getFirst().toLowerCase(Locale.ROOT);
        if (name.equals("user")) {
            if (words.size() > 1) {
                replaceUser(line, words.get(1));
            }
            return;
        }
        if (name.equals("compartment")) {
            out.add(withNewOptions(line, words));
            return;
        }
        Directive<?> directive = Directives.find(name);
        if (directive == null || !configuration.isGiven(directive)) {
            out.add(line);
        } else if (missing.remove(directive)) {
            List<String> now = configuration.lineWords(directive);
            out.add(says(directive, words) ? line : Words.join(now));
        }
        // else: a second line of the same directive; the first one says it all now
    }

    /** The line of a user as it is now; of one that is gone, none. */
    private void replaceUser(String line, String name) {
        String now = missingUsers.remove(name);
        if (now != null) {
            out.add(now.equals(line.strip()) ? line : now);
        }
    }

    /** True when the words give the directive the value it has. */
    private <T> boolean says(Directive<T> directive, List<String> words) {
        try {
            return directive.type().parse(words.subList(1, words.size())).equals(configuration.get(directive));
        } catch (InvalidValueException e) {
            return false;
        }
    }

    /** The line of a compartment, with the values of its changed options replaced where they stand. */
    private String withNewOptions(String line, List<String> words) {
        if (words.size() < 2) {
            return line;
        }
        List<String> now = new ArrayList<>(words.subList(0, 2));
        boolean changed = false;
        int at = 2;
        while (at < words.size()) {
            int end = at + 1;
            while (end < words.size() && !CompartmentDeclaration.OPTIONS.contains(words.get(end))) {
                end++;
            }
            Configuration.CompartmentOption option = new Configuration.CompartmentOption(words.get(1), words.get(at));
            now.add(words.get(at));
            if (missingOptions.remove(option)) {
                now.addAll(configuration.optionWords(option));
                changed = true;
            } else {
                now.addAll(words.subList(at + 1, end));
            }
            at = end;
        }
        return changed ? Words.join(now) : line;
    }
}
