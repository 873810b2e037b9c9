// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which commands a target has and lets us use, found out by one harmless call of each; services differ, and their documents too. Immutable.
 *
 * <p>A refusal for want of permission and an unknown command are alike here. An error about the arguments means that the command is there.
 */
public final class Capabilities {
    public static final Capabilities NONE = new Capabilities(EnumSet.noneOf(Capability.class));
    /** A name nobody has; asked for where a command wants a key. */
    private static final String NO_KEY = "cofferdam:watch:probe:no-such-key";
    /** Their absence is usual on a stock server and takes nothing away that was there. */
    private static final Set<Capability> OF_COFFERDAM = EnumSet.of(Capability.COMPARTMENTS, Capability.COMPARTMENT_PREFIXES);

    private final EnumSet<Capability> present;

    private Capabilities(EnumSet<Capability> present) {
        this.present = present;
    }

    /** For tests, and for targets whose capabilities are known. */
    public static Capabilities of(Set<Capability> present) {
        return new Capabilities(present.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.copyOf(present));
    }

    /**
     * Asks. The link must be one that may be used for more.
     *
     * @param monitorAllowed whether the user lets us use MONITOR; without that it is not even asked about
     */
    static Capabilities probe(Link link, boolean monitorAllowed) throws IOException {
        EnumSet<Capability> present = EnumSet.noneOf(Capability.class);
        Reply info = link.ask("INFO");
        if (works(info)) {
            present.add(Capability.INFO);
            if (info instanceof Reply.Bulk bulk && InfoText.parse(String.valueOf(bulk.asText())).has("used_memory")) {
                present.add(Capability.MEMORY_FIELDS);
            }
        }
        List<Capability> asked = List.of(Capability.COMMAND_COUNTS, Capability.RANDOM_KEY, Capability.MEMORY_USAGE,
                Capability.TIME_TO_LIVE, Capability.TYPE, Capability.SCAN, Capability.CLIENT_LIST, Capability.CLIENT_TRACKING,
                Capability.SELECT, Capability.COMPARTMENTS);
        List<Reply> replies = link.ask(List.of(Request.of("INFO", "commandstats"), Request.of("RANDOMKEY"),
                Request.of("MEMORY", "USAGE", NO_KEY), Request.of("PTTL", NO_KEY), Request.of("TYPE", NO_KEY),
                Request.of("SCAN", "0", "COUNT", "1"), Request.of("CLIENT", "LIST", "ID", "0"), Request.of("CLIENT", "TRACKING", "OFF"),
                // No number: the link stays where it is.
                Request.of("SELECT", "none"), Request.of("COMPARTMENT", "INFO"), Request.of("COMMAND", "INFO", "monitor")));
        for (int i = 0; i < asked.size(); i++) {
            if (works(replies.get(i))) {
                present.add(asked.get(i));
            }
        }
        if (present.contains(Capability.COMPARTMENTS)) {
            addIfItWorks(link, present, Capability.COMPARTMENT_PREFIXES, "COMPARTMENT", "PREFIXES", "default", "1");
        }
        if (monitorAllowed && isListed(replies.getLast())) {
            present.add(Capability.MONITOR);
        }
        return new Capabilities(present);
    }

    private static void addIfItWorks(Link link, EnumSet<Capability> present, Capability capability, String... call) throws IOException {
        if (works(link.ask(call))) {
            present.add(capability);
        }
    }

    /** COMMAND INFO answers null for what is not there. Where it may not be asked itself, the burst will find out. */
    private static boolean isListed(Reply reply) {
        return !(reply instanceof Reply.Items items) || items.items().stream().anyMatch(item -> !(item instanceof Reply.Nothing));
    }

    /** Whether the reply is one of a command that exists and that we may use. */
    static boolean works(Reply reply) {
        if (!(reply instanceof Reply.Failure failure)) {
            return true;
        }
        String message = failure.message().toLowerCase(Locale.ROOT);
        return !(message.startsWith("noperm") || message.startsWith("noauth") || message.contains("unknown command")
                || message.contains("unknown subcommand") || message.contains("not allowed") || message.contains("not supported")
                || message.contains("no such subcommand") || message.contains("disabled")
                // Redis 5 and 6 for a subcommand they do not have.
                || message.contains("try ") && message.contains(" help"));
    }

    public boolean has(Capability capability) {
        return present.contains(capability);
    }

    Capabilities without(Capability capability) {
        EnumSet<Capability> fewer = EnumSet.copyOf(present);
        fewer.remove(capability);
        return new Capabilities(fewer);
    }

    Capabilities with(Capability capability) {
        EnumSet<Capability> more = EnumSet.copyOf(present);
        more.add(capability);
        return new Capabilities(more);
    }

    /**
     * One line for people: what is missing and what that costs. Empty when nothing is.
     *
     * @param monitorAllowed as given to {@link #probe}; what nobody wanted is not missed
     */
    public String missing(boolean monitorAllowed) {
        List<String> sentences = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            boolean wanted = !OF_COFFERDAM.contains(capability) && (monitorAllowed || capability != Capability.MONITOR);
            if (wanted && !has(capability)) {
                sentences.add("no " + capability.command() + ": " + capability.withoutIt());
            }
        }
        return String.join("; ", sentences);
    }

    @Override
    public String toString() {
        return present.toString();
    }
}
