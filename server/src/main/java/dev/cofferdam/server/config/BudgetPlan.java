// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.keyspace.CompartmentRules;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyPattern;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.server.config.CompartmentDeclarations.DeclaredRule;
import dev.cofferdam.server.scripting.Scripting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How maxmemory is divided, and which key goes where: the declarations of the configuration worked out in bytes. Immutable.
 *
 * <p>What always holds for a plan that exists: every reserve is at most its max, every max at most maxmemory, and the reserves together fit into maxmemory.
 * A configuration that asks for more is refused with the sum.
 */
public final class BudgetPlan {
    /** Under this the pages are so few that budgets are mostly rounding. */
    public static final long MAX_MEMORY_MIN_BYTES = 8L << 20;
    /** A compartment needs an open page, two for the cleaner, and room for its index. */
    private static final int PAGES_MIN = 8;
    /** Interpreters that nobody reserved memory for get this part of it at most. */
    private static final int INTERPRETERS_PART = 16;
    private static final Share ALL = Share.ofPercent(100);
    private static final Share NOTHING = Share.ofBytes(0);

    private final long maxMemoryBytes;
    private final long arenaBytes;
    private final long ceilingBytes;
    private final boolean frozen;
    private final List<CompartmentPlan> compartments;
    private final CompartmentPlan connections;
    private final CompartmentPlan machinery;
    private final CompartmentPlan scripts;
    private final CompartmentRules rules;

    private BudgetPlan(long maxMemoryBytes, long arenaBytes, long ceilingBytes, boolean frozen, List<CompartmentPlan> compartments,
            CompartmentPlan connections,
            CompartmentPlan machinery,
            CompartmentPlan scripts, CompartmentRules rules) {
        this.maxMemoryBytes = maxMemoryBytes;
        this.arenaBytes = arenaBytes;
        this.ceilingBytes = ceilingBytes;
        this.frozen = frozen;
        this.compartments = List.copyOf(compartments);
        this.connections = connections;
        this.machinery = machinery;
        this.scripts = scripts;
        this.rules = rules;
    }

    /**
     * Works the budgets out.
     *
     * @param mode the value of 'compartments'
     * @param policy with 'compartments off', what the one compartment does when it is full
     */
    static BudgetPlan of(long maxMemoryBytes, String mode, FullPolicy policy, CompartmentDeclarations declared) throws ConfigException {
        List<String> problems = new ArrayList<>();
        if (maxMemoryBytes < MAX_MEMORY_MIN_BYTES) {
            throw new ConfigException(List.of("maxmemory is " + Sizes.readable(maxMemoryBytes) + "; at least "
                    + Sizes.readable(MAX_MEMORY_MIN_BYTES) + " is needed"));
        }
        CompartmentDeclarations complete = declared.copy();
        complete.complete(CompartmentPresets.machine());
        if (mode.equals("off")) {
            refuseDeclared(declared, problems);
            complete.complete(List.of(new CompartmentPresets.Line("off", lineOff(policy))));
        } else if (mode.equals("preset")) {
            complete.complete(CompartmentPresets.preset());
        } else {
            complete.complete(List.of(new CompartmentPresets.Line("declared", List.of(CompartmentPresets.DEFAULT, "reserve", "5%"))));
        }
        List<CompartmentPlan> compartments = new ArrayList<>();
        Map<String, CompartmentPlan> byName = new HashMap<>();
        for (CompartmentDeclaration options : complete.all()) {
            int index = CompartmentPresets.holdsNoKeys(options.name()) ? CompartmentPlan.NO_KEYS : compartments.size();
            CompartmentPlan plan = plan(options, index, maxMemoryBytes, problems);
            byName.put(plan.name(), plan);
            if (plan.holdsKeys()) {
                compartments.add(plan);
            }
        }
        checkSum(complete, byName, maxMemoryBytes, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        CompartmentPlan rest = require(byName, CompartmentPresets.DEFAULT);
        CompartmentRules.Builder rules = CompartmentRules.builder(rest.index());
        for (DeclaredRule rule : complete.rules()) {
            addRule(rules, require(byName, rule.compartment()).index(), rule.rule());
        }
        return new BudgetPlan(maxMemoryBytes, maxMemoryBytes, 0, false, compartments, require(byName, CompartmentPresets.CONNECTIONS),
                require(byName, CompartmentPresets.MACHINERY), require(byName, CompartmentPresets.SCRIPTS), rules.build())
            .withInterpreters(declared);
    }

    /**
     * Where nobody said what scripts reserve, and memory is so little that their share of it is less: as much as an interpreter for each compartment takes, and
     * one for scripts without keys, out of what nobody reserved. A max that nobody gave, and that gets out of reach by this, is as much less.
     */
    private BudgetPlan withInterpreters(CompartmentDeclarations declared) {
        CompartmentDeclaration own = declared.find(CompartmentPresets.SCRIPTS);
        int pageBytes = Arena.pageBytesFor(maxMemoryBytes);
        long wanted = Scripting.sourcesBytes(pageBytes) + (compartments.size() + 1) * Scripting.interpreterBytes(pageBytes);
        long unreserved = usableBytes(maxMemoryBytes) - reservedBytes();
        long reserve = Math.min(Math.min(wanted, maxMemoryBytes / INTERPRETERS_PART),
                Math.min(scripts.reserveBytes() + unreserved, scripts.maxBytes()));
        if (own != null && own.reserve() != null || reserve <= scripts.reserveBytes()) {
            return this;
        }
        BudgetPlan raised = new BudgetPlan(maxMemoryBytes, arenaBytes, ceilingBytes, frozen, compartments, connections, machinery,
                new CompartmentPlan(scripts.name(), scripts.index(), Share.ofBytes(reserve), scripts.max(), reserve, scripts.maxBytes(),
                        scripts.full()),
                rules);
        List<CompartmentPlan> lowered = new ArrayList<>();
        for (CompartmentPlan plan : compartments) {
            CompartmentDeclaration given = declared.find(plan.name());
            boolean gives = (given == null || given.max() == null) && !isOutOfReach(plan) && raised.isOutOfReach(plan);
            long max = raised.reachBytes(plan);
            lowered.add(!gives
                    ? plan
                    : new CompartmentPlan(plan.name(), plan.index(), plan.reserve(), Share.ofBytes(max), plan.reserveBytes(), max,
                            plan.full()));
        }
        return new BudgetPlan(maxMemoryBytes, arenaBytes, ceilingBytes, frozen, lowered, connections, machinery, raised.scripts, rules);
    }

    /** For a maxmemory too little to work in: who evicts gets no more than that, and in the others, whose budgets stay, nothing may grow. */
    BudgetPlan frozenAt(long bytes) {
        List<CompartmentPlan> frozenPlans = new ArrayList<>();
        for (CompartmentPlan plan : compartments) {
            frozenPlans.add(plan.full().evicts()
                    ? new CompartmentPlan(plan.name(), plan.index(), NOTHING, Share.ofBytes(bytes), 0, bytes, plan.full())
                    : plan);
        }
        return new BudgetPlan(bytes, arenaBytes, 0, true, frozenPlans, connections, machinery, scripts, rules);
    }

    /** For a keyspace without compartments whose maxmemory was lowered: the budgets stay, and all together is held under these bytes as well as may be. */
    BudgetPlan under(long bytes) {
        return new BudgetPlan(bytes, arenaBytes, bytes, false, compartments, connections, machinery, scripts, rules);
    }

    /** All but what connections, machinery and scripts reserve: then it never borrows, and its policy can change at any time. */
    private static List<String> lineOff(FullPolicy policy) {
        List<String> words = new ArrayList<>(List.of(CompartmentPresets.DEFAULT, "reserve", "50%", "max", "90%", "full"));
        words.addAll(PolicyWords.of(policy));
        return words;
    }

    private static void refuseDeclared(CompartmentDeclarations declared, List<String> problems) {
        for (CompartmentDeclaration options : declared.all()) {
            if (!CompartmentPresets.holdsNoKeys(options.name())) {
                problems.add("compartment '" + options.name()
                        + "' is declared, but 'compartments off' leaves only one; say 'compartments declared', or remove it");
            }
        }
    }

    private static CompartmentPlan plan(CompartmentDeclaration options, int index, long maxMemoryBytes, List<String> problems) {
        String name = options.name();
        Share max = orElse(options.max(), ALL);
        Share reserve = orElse(options.reserve(), NOTHING);
        long usableBytes = usableBytes(maxMemoryBytes);
        long maxBytes = atMost(usableBytes, max.bytesOf(maxMemoryBytes), maxMemoryBytes);
        long reserveBytes = atMost(usableBytes, reserve.bytesOf(maxMemoryBytes), maxMemoryBytes);
        long leastBytes = (long) PAGES_MIN * Arena.pageBytesFor(maxMemoryBytes);
        if (maxBytes > maxMemoryBytes) {
            problems.add("compartment '" + name + "': max " + CompartmentPlan.text(max, maxBytes) + " is more than maxmemory, "
                    + Sizes.readable(maxMemoryBytes)
                    + "; lower it or raise maxmemory");
        } else if (reserveBytes > maxBytes) {
            problems.add("compartment '" + name + "': reserve " + CompartmentPlan.text(reserve, reserveBytes) + " is more than its max "
                    + CompartmentPlan.text(max, maxBytes) + "; lower the reserve or raise the max");
        } else if (index != CompartmentPlan.NO_KEYS && maxBytes < leastBytes) {
            problems.add("compartment '" + name + "': max " + CompartmentPlan.text(max, maxBytes) + " is too little to work in; at least "
                    + Sizes.readable(leastBytes)
                    + " is needed with maxmemory " + Sizes.readable(maxMemoryBytes));
        }
        return new CompartmentPlan(name, index, reserve, max, reserveBytes, maxBytes, orElse(options.full(), FullPolicy.REJECT));
    }

    /** The arena has whole pages: all of maxmemory is a little less when it is not a multiple. */
    private static long usableBytes(long maxMemoryBytes) {
        return maxMemoryBytes / Arena.pageBytesFor(maxMemoryBytes) * Arena.pageBytesFor(maxMemoryBytes);
    }

    /** Rounds what fits into maxmemory down to what fits into its pages; what does not fit stays for the message. */
    private static long atMost(long usableBytes, long bytes, long maxMemoryBytes) {
        return bytes <= maxMemoryBytes ? Math.min(bytes, usableBytes) : bytes;
    }

    /** The reserves must fit into maxmemory; if they do not, the message is the sum. */
    private static void checkSum(CompartmentDeclarations complete, Map<String, CompartmentPlan> byName, long maxMemoryBytes,
            List<String> problems) {
        long sum = 0;
        StringBuilder terms = new StringBuilder();
        for (CompartmentDeclaration options : complete.all()) {
            CompartmentPlan plan = require(byName, options.name());
            if (plan.reserveBytes() > 0) {
                sum += plan.reserveBytes();
                terms.append(terms.isEmpty() ? "" : " + ").append(plan.name()).append(' ')
                    .append(CompartmentPlan.text(plan.reserve(), plan.reserveBytes()));
            }
        }
        if (sum > usableBytes(maxMemoryBytes)) {
            problems.add("the reserves do not fit into maxmemory: " + terms + " = " + Sizes.readable(sum) + ", but maxmemory is "
                    + Sizes.readable(maxMemoryBytes)
                    + "; lower reserves by " + Sizes.readable(sum - maxMemoryBytes) + " or raise maxmemory");
        }
    }

    private static void addRule(CompartmentRules.Builder rules, int index, CompartmentDeclaration.RuleText rule) {
        if (rule.patterns().isEmpty()) {
            rules.add(index, null, rule.databases());
        }
        for (String pattern : rule.patterns()) {
            rules.add(index, KeyPattern.of(pattern), rule.databases());
        }
    }

    private static CompartmentPlan require(Map<String, CompartmentPlan> byName, String name) {
        CompartmentPlan plan = byName.get(name);
        if (plan == null) {
            throw new IllegalStateException("no plan for compartment '" + name + "'");
        }
        return plan;
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    public long maxMemoryBytes() {
        return maxMemoryBytes;
    }

    /** What the arena may own: maxmemory, or more when that is too little to work in. */
    public long arenaBytes() {
        return arenaBytes;
    }

    /** What all memory together is to stay under beside the budgets; 0 when they alone say so. */
    public long ceilingBytes() {
        return ceilingBytes;
    }

    /** True when nothing may grow in a compartment that does not evict. */
    public boolean isFrozen() {
        return frozen;
    }

    /** Those that hold keys, in the order of their indexes. */
    public List<CompartmentPlan> compartments() {
        return compartments;
    }

    public CompartmentPlan connections() {
        return connections;
    }

    public CompartmentPlan machinery() {
        return machinery;
    }

    public CompartmentPlan scripts() {
        return scripts;
    }

    public CompartmentRules rules() {
        return rules;
    }

    /**
     * What a compartment can have when the others are idle or evict: its max, or less, when it spares something and the others' reserves, which
     * are lent only to those that can give back at once, leave less.
     */
    public long reachBytes(CompartmentPlan plan) {
        if (plan.full().givesBackAtOnce()) {
            return plan.maxBytes();
        }
        return Math.min(plan.maxBytes(), usableBytes(arenaBytes) - reservedBytes() + plan.reserveBytes());
    }

    private long reservedBytes() {
        long reserved = connections.reserveBytes() + machinery.reserveBytes() + scripts.reserveBytes();
        for (CompartmentPlan plan : compartments) {
            reserved += plan.reserveBytes();
        }
        return reserved;
    }

    /** True when a max below maxmemory was given and cannot be reached whatever the others do: a number that misleads. */
    public boolean isOutOfReach(CompartmentPlan plan) {
        boolean limits = plan.maxBytes() < usableBytes(arenaBytes);
        return limits && reachBytes(plan) < plan.maxBytes();
    }

    /** The compartment of that name, also one without keys; null when there is none. */
    public @Nullable CompartmentPlan find(String name) {
        for (CompartmentPlan plan : compartments) {
            if (plan.name().equals(name)) {
                return plan;
            }
        }
        if (name.equals(scripts.name())) {
            return scripts;
        }
        return name.equals(connections.name()) ? connections : name.equals(machinery.name()) ? machinery : null;
    }
}
