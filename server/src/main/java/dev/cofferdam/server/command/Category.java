// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What kinds of commands there are for access rules, in the order Redis lists them. A command is of several; they follow from its declaration but for a few. */
public enum Category {
    KEYSPACE, READ, WRITE, SET, SORTEDSET, LIST, HASH, STRING, BITMAP, HYPERLOGLOG, GEO, STREAM, PUBSUB, ADMIN, FAST, SLOW, BLOCKING,
    DANGEROUS, CONNECTION, TRANSACTION, SCRIPTING;

    /** Commands about all keys that stand in another group of the documentation. */
    private static final Set<String> ABOUT_THE_KEYSPACE = Set.of("flushdb", "flushall", "swapdb", "dbsize", "restore-asking",
            "compartment|flush");
    /** Commands Redis counts as dangerous though they are no administration. */
    private static final Set<String> KNOWN_AS_DANGEROUS = Set.of("keys", "flushdb", "flushall", "swapdb", "sort", "sort_ro", "info",
            "migrate", "restore", "restore-asking", "compartment|flush", "compartment|info", "compartment|list");
    /** Commands Redis counts as administration though they lack the flag. */
    private static final Set<String> KNOWN_AS_ADMINISTRATION = Set.of("lastsave", "role");
    /** Commands about the connection that stand in another group of the documentation. */
    private static final Set<String> ABOUT_THE_CONNECTION = Set.of("asking", "readonly", "readwrite", "wait");

    private final String redisName = name().toLowerCase(Locale.ROOT);

    /** Without the "@". */
    public String redisName() {
        return redisName;
    }

    /** In the masks of {@link Command#categories()}. */
    public long bit() {
        return 1L << ordinal();
    }

    /** By its name without "@", in any case. */
    public static @Nullable Category named(String name) {
        for (Category category : values()) {
            if (category.redisName.equalsIgnoreCase(name)) {
                return category;
            }
        }
        return null;
    }

    /** Those in the mask, in order. */
    public static List<Category> in(long mask) {
        List<Category> found = new ArrayList<>();
        for (Category category : values()) {
            if ((mask & category.bit()) != 0) {
                found.add(category);
            }
        }
        return found;
    }

    /** The mask of a command declared so. */
    static long of(String name, String group, Set<Flag> flags, boolean isContainer) {
        long mask = isContainer ? 0 : ofGroup(name, group);
        boolean administers = flags.contains(Flag.ADMIN) || KNOWN_AS_ADMINISTRATION.contains(name);
        mask |= bitIf(ABOUT_THE_KEYSPACE.contains(name), KEYSPACE);
        mask |= bitIf(ABOUT_THE_CONNECTION.contains(name) || name.equals("command") || name.startsWith("command|"), CONNECTION);
        mask |= bitIf(flags.contains(Flag.WRITE), WRITE);
        mask |= bitIf(flags.contains(Flag.READONLY) && !group.equals("scripting"), READ);
        mask |= bitIf(flags.contains(Flag.PUBSUB), PUBSUB);
        mask |= bitIf(administers, ADMIN);
        mask |= bitIf(administers || KNOWN_AS_DANGEROUS.contains(name), DANGEROUS);
        mask |= bitIf(flags.contains(Flag.BLOCKING), BLOCKING);
        return mask | (flags.contains(Flag.FAST) ? FAST : SLOW).bit();
    }

    private static long ofGroup(String name, String group) {
        if (name.equals("sort") || name.equals("sort_ro")) {
            return SET.bit() | SORTEDSET.bit() | LIST.bit();
        }
        if (name.equals("wait") || name.equals("pubsub|help")) {
            return 0;
        }
        return switch (group) {
            case "generic" -> KEYSPACE.bit();
            case "sorted-set" -> SORTEDSET.bit();
            case "transactions" -> TRANSACTION.bit();
            default -> {
                Category same = named(group);
                yield same == null ? 0 : same.bit();
            }
        };
    }

    private static long bitIf(boolean condition, Category category) {
        return condition ? category.bit() : 0;
    }
}
