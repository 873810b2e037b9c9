// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values all directives have now, and how memory is divided.
 *
 * <p>Owns the values; read and changed by the event loop only, after the start. A change is all or nothing: every value is checked, then those who asked to
 * know apply it, and when one of them refuses everything is put back. Hot paths keep what they need in fields of their own and ask to know.
 */
public final class Configuration {
    /** Makes a new value count; throws with a reason when it cannot, and has then changed nothing. Called again with the old value when another one refuses. */
    public interface Applier<T> {
        void apply(T value) throws InvalidValueException;
    }

    /** Makes the values of directives that belong together count, once all of them are set. */
    public interface GroupApplier {
        /** @param changed those that are given anew; throws with a reason when they cannot count, and has then changed nothing */
        void apply(Set<Directive<?>> changed) throws InvalidValueException;

        /** Another change of the same command was refused: the old values are back. */
        void undo();
    }

    private record Group(Set<Directive<?>> directives, GroupApplier applier) {
    }

    /** Makes a new division of memory count, in the same way. */
    public interface PlanApplier {
        void apply(BudgetPlan plan) throws InvalidValueException;
    }

    /** What a client could make the server write files with elsewhere; enable-protected-configs lets CONFIG SET change them. */
    private static final Set<String> PROTECTED = Set.of("dir", "dbfilename");

    /** Our own, that a tool which sets all it has read would stumble over: setting them to what they are is no change. */
    private static final Set<Directive<?>> OWN_AT_START = Set.of(Directives.COMPARTMENTS, Directives.HTTP_PORT, Directives.HTTP_BIND,
            Directives.CONSOLE_PORT, Directives.CONSOLE_CONFIG, Directives.ACCEPT_WITHOUT_EFFECT);

    private final Map<Directive<?>, Object> values = new IdentityHashMap<>();
    /** Directives with a value that somebody gave: those REWRITE must write. */
    private final Set<Directive<?>> given = new LinkedHashSet<>();
    private final Map<Directive<?>, List<Applier<Object>>> appliers = new IdentityHashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<PlanApplier> planAppliers = new ArrayList<>();
    private final Path file;
    private final boolean hasFile;
    private final MemoryLimit memoryLimit;
    private CompartmentDeclarations declarations;
    private BudgetPlan plan;
    /** maxmemory at the start; 0 until then. */
    private long startBytes;
    private final List<List<String>> users;
    private Supplier<List<String>> userLines = List::of;
    /** Compartment options changed at run time, for REWRITE: "name option". */
    private final Set<CompartmentOption> changedOptions = new LinkedHashSet<>();

    /** An option of a compartment. */
    record CompartmentOption(String compartment, String option) {
    }

    Configuration(Map<Directive<?>, Object> givenValues, CompartmentDeclarations declarations, List<List<String>> users,
            @Nullable Path file, MemoryLimit memoryLimit) throws ConfigException {
        this.users = users;
        for (Directive<?> directive : Directives.all()) {
            values.put(directive, givenValues.getOrDefault(directive, directive.defaultValue()));
        }
        this.given.addAll(givenValues.keySet());
        this.file = file == null ? Path.of("") : file;
        this.hasFile = file != null;
        this.memoryLimit = memoryLimit;
        this.declarations = declarations;
        if (get(Directives.MAXMEMORY) == 0) {
            values.put(Directives.MAXMEMORY, memoryLimit.defaultBytes());
        }
        this.plan = planFor(declarations);
        this.startBytes = plan.maxMemoryBytes();
    }

    /** The value the directive has now. */
    @SuppressWarnings("unchecked") // put only by those who have the directive's own type at hand
    public <T> T get(Directive<T> directive) {
        return (T) require(values.get(directive), directive);
    }

    /** For numbers, without a box at the caller's. */
    public long number(Directive<Long> directive) {
        return get(directive);
    }

    private static <V> V require(@Nullable V value, Directive<?> directive) {
        if (value == null) {
            throw new IllegalStateException("directive '" + directive.name() + "' has no value");
        }
        return value;
    }

    /** The "user" lines: name and rules, in words. Whether the rules are right is not known here. */
    public List<List<String>> users() {
        return users;
    }

    /** Where CONFIG REWRITE gets the lines of all users from. */
    public void setUserLines(Supplier<List<String>> lines) {
        userLines = lines;
    }

    /** What the file should say about users: nothing where they have a file of their own. */
    List<String> userLines() {
        return get(Directives.ACLFILE).isEmpty() ? userLines.get() : List.of();
    }

    /** How memory is divided now. */
    public BudgetPlan plan() {
        return plan;
    }

    /** The file it was read from, absolute; null when there is none. */
    public @Nullable Path file() {
        return hasFile ? file : null;
    }

    public boolean compartmentsOff() {
        return get(Directives.COMPARTMENTS).equals("off");
    }

    /** True when the value is not the default, but was given in a file, on the command line or by CONFIG SET. */
    public boolean isGiven(Directive<?> directive) {
        return given.contains(directive);
    }

    @SuppressWarnings("unchecked") // called back with values of this directive only
    public <T> void whenChanged(Directive<T> directive, Applier<T> applier) {
        appliers.computeIfAbsent(directive, d -> new ArrayList<>()).add((Applier<Object>) applier);
    }

    public void whenAnyChanges(Set<Directive<?>> directives, GroupApplier applier) {
        groups.add(new Group(directives, applier));
    }

    public void whenPlanChanges(PlanApplier applier) {
        planAppliers.add(applier);
    }

    // ---------------------------------------------------------------- CONFIG GET

    /** Name and value of every directive that one of the patterns fits, each once; a name asked for as such comes back as it was asked. */
    public Map<String, String> matching(List<String> patterns) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String text : patterns) {
            NamePattern pattern = new NamePattern(text);
            Directive<?> exact = pattern.isPlain() ? Directives.find(text) : null;
            if (exact != null) {
                found.putIfAbsent(text, print(exact));
                continue;
            }
            for (Directive<?> directive : Directives.all()) {
                if (UnusedDirectives.isHidden(directive)) {
                    continue;
                }
                if (pattern.matches(directive.name())) {
                    found.putIfAbsent(directive.name(), print(directive));
                }
                String former = directive.formerName();
                if (former != null && pattern.matches(former)) {
                    found.putIfAbsent(former, print(directive));
                }
            }
        }
        return found;
    }

    private <T> String print(Directive<T> directive) {
        return directive.type().print(get(directive));
    }

    // ---------------------------------------------------------------- CONFIG SET

    /**
     * Sets several directives, all or none.
     *
     * @param pairs name, value, name, value ...
     * @return null when done, else Redis's error text for it
     */
    public @Nullable String set(List<String> pairs) {
        Map<Directive<?>, Object> changed = new LinkedHashMap<>();
        Map<Directive<?>, String> names = new HashMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            String name = pairs.get(i);
            Directive<?> directive = Directives.find(name);
            if (directive == null) {
                return "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'";
            }
            if (!directive.runtime() && !(OWN_AT_START.contains(directive) && pairs.get(i + 1).equals(print(directive)))) {
                return failed(name, "can't set immutable config");
            }
            if (PROTECTED.contains(directive.name()) && get(Directives.ENABLE_PROTECTED_CONFIGS).equals("no")) {
                return failed(name, "can't set protected config");
            }
            if (names.put(directive, name) != null) {
                return failed(name, "duplicate parameter");
            }
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            Directive<?> directive = require(Directives.find(pairs.get(i)), Directives.PORT);
            if (!directive.runtime()) {
                continue; // it is what it shall be
            }
            try {
                changed.put(directive, parse(directive, pairs.get(i + 1)));
            } catch (InvalidValueException e) {
                return failed(pairs.get(i), e.reason());
            }
        }
        return apply(changed, names);
    }

    private <T> Object parse(Directive<T> directive, String argument) throws InvalidValueException {
        List<String> words = directive.type().split(argument);
        T value = get(Directives.ACCEPT_WITHOUT_EFFECT).contains(directive.name())
                ? directive.type().parseAnyway(words)
                : directive.type().change(get(directive), words);
        if (directive == Directives.MAXMEMORY) {
            return maxMemory((Long) value);
        }
        if (directive == Directives.MAXMEMORY_POLICY && !compartmentsOff() && !value.equals("noeviction")) {
            throw new InvalidValueException(
                    "each compartment has its own policy; see COMPARTMENT LIST, and change one by COMPARTMENT SET <name> full <policy>");
        }
        return value;
    }

    private Long maxMemory(long bytes) {
        return bytes == 0 ? memoryLimit.defaultBytes() : bytes;
    }

    private @Nullable String apply(Map<Directive<?>, Object> changed, Map<Directive<?>, String> names) {
        Map<Directive<?>, Object> before = new LinkedHashMap<>();
        List<Directive<?>> applied = new ArrayList<>();
        List<Group> appliedGroups = new ArrayList<>();
        BudgetPlan planBefore = plan;
        Directive<?> current = Directives.MAXMEMORY;
        try {
            for (Map.Entry<Directive<?>, Object> change : changed.entrySet()) {
                current = change.getKey();
                before.put(current, require(values.put(current, change.getValue()), current));
                applied.add(current);
                applyOne(current, change.getValue());
            }
            for (Group group : groups) {
                Set<Directive<?>> ofGroup = new LinkedHashSet<>(changed.keySet());
                ofGroup.retainAll(group.directives);
                if (!ofGroup.isEmpty()) {
                    current = ofGroup.iterator().next();
                    group.applier.apply(ofGroup);
                    appliedGroups.add(group);
                }
            }
            if (changed.containsKey(Directives.MAXMEMORY) || changed.containsKey(Directives.MAXMEMORY_POLICY)) {
                current = changed.containsKey(Directives.MAXMEMORY) ? Directives.MAXMEMORY : Directives.MAXMEMORY_POLICY;
                changePlan(planFor(declarations));
            }
        } catch (InvalidValueException | ConfigException e) {
            plan = planBefore;
            for (Directive<?> directive : applied.reversed()) {
                Object old = require(before.get(directive), directive);
                values.put(directive, old);
                putBack(directive, old);
            }
            appliedGroups.reversed().forEach(group -> group.applier.undo());
            String reason = e instanceof ConfigException config ? config.problems().getFirst() : String.valueOf(e.getMessage());
            return failed(String.valueOf(names.get(current)), reason);
        }
        given.addAll(changed.keySet());
        return null;
    }

    private void applyOne(Directive<?> directive, Object value) throws InvalidValueException {
        for (Applier<Object> applier : appliers.getOrDefault(directive, List.of())) {
            applier.apply(value);
        }
    }

    private void putBack(Directive<?> directive, Object value) {
        try {
            applyOne(directive, value);
        } catch (InvalidValueException e) {
            throw new IllegalStateException("the old value of '" + directive.name() + "' is refused: " + e.reason(), e);
        }
    }

    private static String failed(String name, String reason) {
        return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
    }

    // ---------------------------------------------------------------- compartments

    /**
     * Changes one option of a compartment: COMPARTMENT SET.
     *
     * @return null when done, else what stands in the way
     */
    public @Nullable String setCompartment(String name, List<String> option) {
        if (plan.find(name) == null) {
            return "no compartment '" + name + "'; see COMPARTMENT LIST";
        }
        if (option.size() < 2 || List.of("keys", "db").contains(option.getFirst())) {
            return "COMPARTMENT SET takes one option and its value: reserve, max or full; rules are set in the file, at start";
        }
        CompartmentDeclarations changed = declarations.copy();
        List<String> line = new ArrayList<>();
        line.add(name);
        line.addAll(option);
        try {
            changed.read(line, "COMPARTMENT SET", true, 1);
            if (compartmentsOff() && !CompartmentPresets.holdsNoKeys(name)) {
                return "'compartments off' leaves only one, which maxmemory and maxmemory-policy rule";
            }
            changePlan(planFor(changed));
        } catch (InvalidValueException e) {
            return e.reason();
        } catch (ConfigException e) {
            return e.problems().getFirst();
        }
        declarations = changed;
        changedOptions.add(new CompartmentOption(name, option.getFirst()));
        return null;
    }

    /**
     * A running server takes a maxmemory in which nothing can be done too: then nothing grows, and clients and scripts keep what they have. Without compartments
     * any maxmemory below that of the start is a ceiling above the same budgets.
     */
    private BudgetPlan planFor(CompartmentDeclarations declared) throws ConfigException {
        long bytes = get(Directives.MAXMEMORY);
        boolean under = compartmentsOff() && bytes < startBytes;
        boolean frozen = bytes < BudgetPlan.MAX_MEMORY_MIN_BYTES && startBytes > 0;
        BudgetPlan divided = BudgetPlan.of(under || frozen ? startBytes : bytes, get(Directives.COMPARTMENTS),
                PolicyWords.named(get(Directives.MAXMEMORY_POLICY)),
                declared);
        return under ? divided.under(bytes) : frozen ? divided.frozenAt(bytes) : divided;
    }

    /** Hands the plan to all who must act on it; when one refuses, the earlier ones get the old plan back. */
    private void changePlan(BudgetPlan changed) throws InvalidValueException {
        for (int i = 0; i < planAppliers.size(); i++) {
            try {
                planAppliers.get(i).apply(changed);
            } catch (InvalidValueException e) {
                for (int back = i - 1; back >= 0; back--) {
                    planAppliers.get(back).apply(plan);
                }
                throw e;
            }
        }
        plan = changed;
    }

    // ---------------------------------------------------------------- CONFIG REWRITE

    /** Words of the directive's line in a file. */
    <T> List<String> lineWords(Directive<T> directive) {
        List<String> words = new ArrayList<>();
        words.add(directive.name());
        words.addAll(directive.type().words(get(directive)));
        return words;
    }

    Set<CompartmentOption> changedOptions() {
        return changedOptions;
    }

    /** The value of a compartment's option as words, empty when nobody gave it. */
    List<String> optionWords(CompartmentOption option) {
        CompartmentDeclaration options = declarations.find(option.compartment());
        return options == null ? List.of() : options.words(option.option());
    }
}
