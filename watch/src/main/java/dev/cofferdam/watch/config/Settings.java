// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of a YAML file, read name by name; what nobody asked for is a mistake, since a misspelt option would else be silently without effect.
 *
 * <p>Mistakes are collected for the whole file, each with its line; a getter answers the default then and reading goes on. {@link #finish} throws them all at
 * once. One thread.
 */
public final class Settings {
    /** A configuration is written by hand. */
    static final int FILE_MAX_BYTES = 1 << 20;

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final List<Settings> children = new ArrayList<>();
    private final List<String> problems;

    private Settings(String file, String path, int line, List<String> problems) {
        this.file = file;
        this.path = path;
        this.line = line;
        this.problems = problems;
    }

    /** Reads a file's one document; throws when it cannot be read or is no mapping. */
    public static Settings read(Path file) throws SettingsException {
        try {
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw new SettingsException(
                        List.of(file + " has " + Files.size(file) + " bytes; a configuration has at most " + FILE_MAX_BYTES));
            }
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new SettingsException(List.of(file + " cannot be read: " + e));
        }
    }

    /** The same of a text; {@code name} stands for the file in messages. */
    public static Settings parse(String name, String text) throws SettingsException {
        Node root;
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(name).setAllowDuplicateKeys(false).setMaxAliasesForCollections(10)
                .build();
            root = new Compose(settings).composeString(text).orElse(null);
        } catch (YamlEngineException e) {
            throw new SettingsException(List.of(name + ": " + String.valueOf(e.getMessage()).replace('\n', ' ').trim()));
        }
        Settings top = new Settings(name, "", 1, new ArrayList<>());
        if (root != null) {
            top.take(root);
        }
        return top;
    }

    private void take(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            problem(lineOf(node), (path.isEmpty() ? "the file" : path) + " must be a mapping of names to values");
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name) {
                if (nodes.put(name.getValue(), tuple.getValueNode()) != null) {
                    problem(lineOf(name), full(name.getValue()) + " is there twice");
                }
            } else {
                problem(lineOf(tuple.getKeyNode()), "a name must be plain text");
            }
        }
    }

    public boolean has(String name) {
        return nodes.containsKey(name);
    }

    /** Names in the order of the file, for mappings whose names the user chooses; all count as asked for. */
    public Set<String> names() {
        asked.addAll(nodes.keySet());
        return nodes.keySet();
    }

    public @Nullable String text(String name) {
        return scalar(name);
    }

    public String text(String name, String otherwise) {
        String text = scalar(name);
        return text == null ? otherwise : text;
    }

    /** Text that must be there; empty, and a mistake, when it is not. */
    public String required(String name) {
        String text = scalar(name);
        if (text == null && !nodes.containsKey(name)) {
            problem(line, full(name) + " is missing");
        }
        return text == null ? "" : text;
    }

    /** One of some words. */
    public <T> T choice(String name, Map<String, T> choices, T otherwise) {
        return converted(name, choices::get, otherwise, "one of " + String.join(", ", choices.keySet()));
    }

    public boolean flag(String name, boolean otherwise) {
        return choice(name, Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false), otherwise);
    }

    public long bytes(String name, long otherwise) {
        return converted(name, Quantities::bytes, otherwise, "a size such as 512MiB or 8GiB");
    }

    public Duration time(String name, Duration otherwise) {
        return converted(name, Quantities::time, otherwise, "a time with its unit, such as 500ms, 30s, 30m or 7d");
    }

    public double share(String name, double otherwise) {
        return converted(name, Quantities::share, otherwise, "a share such as 0.5%");
    }

    public int integer(String name, int least, int most, int otherwise) {
        return converted(name, text -> {
            try {
                int value = Integer.parseInt(text);
                return value < least || value > most ? null : (Integer) value;
            } catch (NumberFormatException e) {
                return null;
            }
        }, otherwise, "a whole number from " + least + " to " + most);
    }

    /** Converts by a function of the caller's, which answers null for what it does not take. */
    public <T> T converted(String name, Function<String, @Nullable T> conversion, T otherwise, String expected) {
        String text = scalar(name);
        if (text == null) {
            return otherwise;
        }
        T value = conversion.apply(text);
        if (value == null) {
            problem(lineOf(nodes.get(name)), full(name) + " is '" + text + "'; it must be " + expected);
            return otherwise;
        }
        return value;
    }

    /** A file beside the configuration, or absolute. */
    public @Nullable Path path(String name) {
        String text = scalar(name);
        return text == null ? null : Path.of(file).toAbsolutePath().resolveSibling(text).normalize();
    }

    /** Texts of a list; a single text counts as a list of one. */
    public List<String> texts(String name) {
        asked.add(name);
        Node node = nodes.get(name);
        List<String> texts = new ArrayList<>();
        switch (node) {
            case null -> {
            }
            case ScalarNode scalar -> texts.add(scalar.getValue());
            case SequenceNode sequence -> {
                for (Node item : sequence.getValue()) {
                    if (item instanceof ScalarNode scalar) {
                        texts.add(scalar.getValue());
                    } else {
                        problem(lineOf(item), full(name) + " must be a list of texts");
                    }
                }
            }
            default -> problem(lineOf(node), full(name) + " must be a list of texts");
        }
        return texts;
    }

    /** A mapping inside this one; an empty one when it is not there. */
    public Settings section(String name) {
        asked.add(name);
        Node node = nodes.get(name);
        Settings section = new Settings(file, full(name), node == null ? line : lineOf(node), problems);
        if (node != null) {
            section.take(node);
        }
        children.add(section);
        return section;
    }

    /** The mappings of a list. */
    public List<Settings> sections(String name) {
        asked.add(name);
        Node node = nodes.get(name);
        List<Settings> sections = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                Settings section = new Settings(file, full(name) + "[" + sections.size() + "]", lineOf(item), problems);
                section.take(item);
                sections.add(section);
            }
        } else if (node != null) {
            problem(lineOf(node), full(name) + " must be a list: lines that begin with '- '");
        }
        children.addAll(sections);
        return sections;
    }

    /** Notes a mistake of meaning that the caller found in this mapping. */
    public void complain(String text) {
        problem(line, (path.isEmpty() ? "" : path + ": ") + text);
    }

    /** Throws all mistakes, those of nested mappings and names that nobody asked for included. */
    public void finish() throws SettingsException {
        findUnknown();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private void findUnknown() {
        nodes.forEach((name, node) -> {
            if (!asked.contains(name)) {
                problem(lineOf(node), full(name) + " is not known here; there are " + String.join(", ", new TreeSet<>(asked)));
            }
        });
        children.forEach(Settings::findUnknown);
    }

    private @Nullable String scalar(String name) {
        asked.add(name);
        Node node = nodes.get(name);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        problem(lineOf(node), full(name) + " must be a single value");
        return null;
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private void problem(int atLine, String text) {
        problems.add(file + ":" + atLine + ": " + text);
    }

    private static int lineOf(@Nullable Node node) {
        return node == null ? 0 : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
