// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a server's COMMAND INFO and COMMAND DOCS say of its commands, as facts that can be compared one by one: command, then what is said of it, then the value
 * in a short notation. Sentences count only as being there; {@link #sentences} has them. Immutable.
 *
 * <p>An argument is {@code name:type}, then {@code #} key specification, {@code =} token, {@code @} since, {@code !} deprecated since, {@code ?} optional,
 * {@code *} multiple, {@code ~} multiple with its token, and its parts in brackets.
 */
record CommandFacts(SortedMap<String, SortedMap<String, String>> facts, SortedMap<String, SortedMap<String, String>> sentences) {
    private static final String SENTENCE = "a sentence";
    private static final List<String> PLACES = List.of("name", "arity", "flags", "first key", "last key", "key step", "categories", "tips");
    private static final int SPECIFICATIONS = 8;
    private static final int SUBCOMMANDS = 9;

    static CommandFacts of(RawClient client) throws IOException {
        CommandFacts all = new CommandFacts(new TreeMap<>(), new TreeMap<>());
        all.readInfo(client.run(List.of("COMMAND")));
        all.readDocs(client.run(List.of("COMMAND", "DOCS")));
        return all;
    }

    /** Of one command, asked for by name, with its sub-commands. */
    static CommandFacts of(RawClient client, String name) throws IOException {
        CommandFacts one = new CommandFacts(new TreeMap<>(), new TreeMap<>());
        one.readInfo(client.run(List.of("COMMAND", "INFO", name)));
        one.readDocs(client.run(List.of("COMMAND", "DOCS", name)));
        return one;
    }

    private void note(String command, String what, String value) {
        facts.computeIfAbsent(command, name -> new TreeMap<>()).put(what, value);
    }

    private void noteSentence(String command, String what, String text) {
        note(command, what, SENTENCE);
        sentences.computeIfAbsent(command, name -> new TreeMap<>()).put(what, text);
    }

    private void readInfo(Reply commands) {
        for (Reply command : commands.parts()) {
            String name = text(command.parts().getFirst());
            for (int i = 1; i < PLACES.size(); i++) {
                Reply value = command.parts().get(i);
                note(name, PLACES.get(i), value.head().startsWith(":") ? value.head().substring(1) : words(value));
            }
            List<Reply> kinds = new ArrayList<>(command.parts().subList(0, SPECIFICATIONS));
            kinds.add(command.parts().get(SUBCOMMANDS).shape());
            note(name, "kinds of replies", kinds(kinds));
            List<Reply> specifications = command.parts().get(SPECIFICATIONS).parts();
            for (int i = 0; i < specifications.size(); i++) {
                String which = "key specification " + i;
                Map<String, Reply> parts = map(specifications.get(i));
                Reply notes = parts.remove("notes");
                if (notes != null) {
                    noteSentence(name, which + " notes", text(notes));
                }
                note(name, which + " kinds of replies", kinds(List.copyOf(parts.values())));
                parts.forEach((part, value) -> note(name, which + " " + part, part.equals("flags") ? words(value) : value(value)));
            }
            readInfo(command.parts().get(SUBCOMMANDS));
        }
    }

    private void readDocs(Reply commands) {
        map(commands).forEach((name, reply) -> map(reply).forEach((what, value) -> {
            switch (what) {
                case "summary", "complexity", "replaced_by" -> noteSentence(name, what, text(value));
                case "since", "group", "deprecated_since" -> note(name, what, text(value));
                case "doc_flags" -> note(name, what, value.head().charAt(0) + " " + words(value));
                case "history" -> readHistory(name, value);
                case "arguments" -> {
                    note(name, "arguments' kinds of replies", kinds(value.parts()));
                    for (int i = 0; i < value.parts().size(); i++) {
                        note(name, "argument " + (i + 1), argument(value.parts().get(i)));
                    }
                }
                case "subcommands" -> readDocs(value);
                default -> note(name, what, value(value));
            }
        }));
    }

    private void readHistory(String name, Reply history) {
        List<String> versions = new ArrayList<>();
        for (Reply change : history.parts()) {
            versions.add(text(change.parts().getFirst()));
            sentences.computeIfAbsent(name, command -> new TreeMap<>()).put("history " + versions.size(), text(change.parts().getLast()));
        }
        note(name, "history", history.head().charAt(0) + " " + String.join(" ", versions));
    }

    private static String argument(Reply reply) {
        Map<String, Reply> parts = map(reply);
        StringBuilder text = new StringBuilder(word(parts, "name", "")).append(word(parts, "type", ":")).append(word(parts, "token", "="))
            .append(word(parts, "since", "@")).append(word(parts, "deprecated_since", "!"));
        Reply specification = parts.remove("key_spec_index");
        if (specification != null) {
            text.append('#').append(specification.head().substring(1));
        }
        Reply flags = parts.remove("flags");
        if (flags != null) {
            for (String flag : words(flags).split(" ")) {
                text.append(switch (flag) {
                    case "optional" -> "?";
                    case "multiple" -> "*";
                    case "multiple_token" -> "~";
                    default -> "+" + flag;
                });
            }
        }
        Reply inner = parts.remove("arguments");
        if (inner != null) {
            text.append(inner.parts().stream().map(CommandFacts::argument).collect(Collectors.joining(" ", "(", ")")));
        }
        parts.remove("display_text"); // a sentence, too
        parts.forEach((name, value) -> text.append(' ').append(name).append(' ').append(value(value)));
        return text.toString();
    }

    /** Strings, numbers, arrays, sets and maps, in no order, since sets have none. */
    private static String kinds(List<Reply> replies) {
        return replies.stream().map(reply -> reply.head().charAt(0) + (reply.parts().isEmpty() ? "" : "(" + kinds(reply.parts()) + ")"))
            .sorted()
            .collect(Collectors.joining());
    }

    private static String word(Map<String, Reply> parts, String name, String mark) {
        Reply value = parts.remove(name);
        return value == null ? "" : mark + text(value);
    }

    /** Of a set: in order of the alphabet. */
    private static String words(Reply set) {
        SortedSet<String> words = new TreeSet<>();
        set.parts().forEach(part -> words.add(text(part)));
        return String.join(" ", words);
    }

    static Map<String, Reply> map(Reply reply) {
        Map<String, Reply> map = new TreeMap<>();
        for (int i = 0; i + 1 < reply.parts().size(); i += 2) {
            map.put(text(reply.parts().get(i)), reply.parts().get(i + 1));
        }
        return map;
    }

    private static String value(Reply reply) {
        return reply.parts().isEmpty() ? text(reply) : reply.parts().stream().map(CommandFacts::value).collect(Collectors.joining(" "));
    }

    static String text(Reply leaf) {
        String[] lines = leaf.head().split("\r\n", 2);
        return lines.length == 2 ? lines[1] : leaf.head().replaceFirst("^[+:]", "");
    }
}
