// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Configuration} of a file and a command line: the file first, the command line over it.
 *
 * <p>Lives for one load. Reads everything before it complains, so that one run shows all problems: each with place, thing, and way out.
 */
public final class ConfigLoader {
    private final List<String> problems = new ArrayList<>();
    private final Map<Directive<?>, Object> values = new IdentityHashMap<>();
    private final List<List<String>> users = new ArrayList<>();
    private final CompartmentDeclarations declarations = new CompartmentDeclarations();
    /** Names that are directives of Redis and deliberately none here, with the reason. */
    private static final Map<String, String> REFUSED = refused();

    private ConfigLoader() {
    }

    /** The configuration when nothing is said. */
    public static Configuration defaults() throws ConfigException {
        return load(CommandLine.of(List.of()), MemoryLimit.ofThisMachine());
    }

    public static Configuration load(CommandLine commandLine, MemoryLimit memoryLimit) throws ConfigException {
        return load(commandLine, memoryLimit, System.in);
    }

    static Configuration load(CommandLine commandLine, MemoryLimit memoryLimit, InputStream standardInput) throws ConfigException {
        return new ConfigLoader().read(commandLine, memoryLimit, standardInput);
    }

    private Configuration read(CommandLine commandLine, MemoryLimit memoryLimit, InputStream standardInput) throws ConfigException {
        List<Statement> statements = new ArrayList<>();
        ConfigFile reader = new ConfigFile(statements, problems);
        String name = commandLine.file();
        Path file = null;
        if (name != null && name.equals("-")) {
            reader.read(standardInput, "standard input");
        } else if (name != null) {
            file = Path.of(name);
            reader.read(file);
        }
        if (commandLine.addsStandardInput()) {
            reader.read(standardInput, "standard input");
        }
        statements.addAll(commandLine.statements());
        for (Statement statement : statements) {
            if (Directives.ACCEPT_WITHOUT_EFFECT.isCalled(statement.name())) {
                readDirective(statement); // before all others, wherever it stands
            }
        }
        for (Statement statement : statements) {
            if (statement.name().equalsIgnoreCase("user")) {
                readUser(statement);
            } else if (!statement.name().equalsIgnoreCase("compartment")) {
                readDirective(statement);
            }
        }
        // After the others, because rules name databases.
        Object databases = values.getOrDefault(Directives.DATABASES, Directives.DATABASES.defaultValue());
        for (Statement statement : statements) {
            if (statement.name().equalsIgnoreCase("compartment")) {
                readCompartment(statement, Math.toIntExact((Long) databases));
            }
        }
        Object aclFile = values.getOrDefault(Directives.ACLFILE, "");
        if (!users.isEmpty() && !aclFile.equals("")) {
            problems.add("aclfile " + aclFile + ": users stand in that file or in 'user' lines here, not in both; remove one of them");
        }
        if (problems.isEmpty()) {
            try {
                return new Configuration(values, declarations, List.copyOf(users), file == null ? null : file.toAbsolutePath(),
                        memoryLimit);
            } catch (ConfigException e) {
                String source = name == null ? Statement.COMMAND_LINE : name;
                e.problems().forEach(problem -> problems.add(source + ": " + problem));
            }
        }
        throw new ConfigException(problems);
    }

    /** A user's rules are checked where commands are known. */
    private void readUser(Statement statement) {
        List<String> words = statement.values();
        if (words.isEmpty()) {
            problems.add(statement.place() + ": user: a name and rules must follow");
        } else if (users.stream().anyMatch(known -> known.getFirst().equals(words.getFirst()))) {
            problems.add(statement.place() + ": user " + words.getFirst()
                    + ": Duplicate user found. A user can only be defined once in config files");
        } else {
            users.add(words);
        }
    }

    private void readDirective(Statement statement) {
        Directive<?> directive = Directives.find(statement.name());
        if (directive == null) {
            problems.add(statement.place() + ": " + unknown(statement.name()));
            return;
        }
        try {
            values.put(directive, value(directive, statement.values()));
        } catch (InvalidValueException e) {
            problems.add(statement.place() + ": " + Words.join(statement.words()) + ": " + e.reason());
        }
    }

    @SuppressWarnings("unchecked") // the map holds values of the directive's own type
    private <T> Object value(Directive<T> directive, List<String> words) throws InvalidValueException {
        T before = (T) values.getOrDefault(directive, directive.defaultValue());
        if (words.isEmpty()) {
            throw new InvalidValueException("wrong number of arguments; it takes " + directive.type().describe());
        }
        List<String> accepted = (List<String>) values.getOrDefault(Directives.ACCEPT_WITHOUT_EFFECT, List.of());
        return accepted.contains(directive.name()) ? directive.type().parseAnyway(words) : directive.type().change(before, words);
    }

    private void readCompartment(Statement statement, int databaseCount) {
        try {
            List<String> values = statement.values();
            if (statement.onCommandLine() && values.size() == 1) {
                // The shell's quotes may hold the whole line together, as in --compartment "jobs max 64mb".
                List<String> words = Words.split(values.getFirst());
                values = words == null ? values : words;
            }
            declarations.read(values, statement.place(), statement.onCommandLine(), databaseCount);
        } catch (InvalidValueException e) {
            problems.add(statement.place() + ": " + e.reason());
        }
    }

    private static @Nullable String reasonAgainst(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String reason = REFUSED.get(lower);
        return reason == null && lower.startsWith("cluster-") ? "this version has no cluster mode" : reason;
    }

    private static String unknown(String name) {
        String reason = reasonAgainst(name);
        if (reason != null) {
            return "'" + name + "' cannot be used: " + reason + "; remove the line";
        }
        List<String> known = new ArrayList<>(List.of("compartment", "include", "user"));
        Directives.names().forEach(known::add);
        String nearest = NearestName.of(name, known);
        return "unknown directive '" + name + "'"
                + (nearest == null ? "; docs/reference/configuration.md lists them all" : "; did you mean '" + nearest + "'?");
    }

    private static Map<String, String> refused() {
        Map<String, String> reasons = new HashMap<>();
        reasons.put("rename-command", "commands keep their names");
        reasons.put("loadmodule", "there are no modules");
        reasons.put("sentinel", "there is no sentinel mode");
        return Map.copyOf(reasons);
    }
}
