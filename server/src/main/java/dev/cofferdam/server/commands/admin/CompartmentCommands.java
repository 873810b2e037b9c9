// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.CompartmentRules;
import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.keyspace.PrefixUsage;
import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.config.PolicyWords;
import dev.cofferdam.server.config.Sizes;
import dev.cofferdam.server.metrics.CompartmentMetric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COMPARTMENT: which there are, whose a key is, how full they are, and what they may use. */
public final class CompartmentCommands {
    private static final String SINCE = "0.1.0";
    private static final int PREFIXES_SHOWN = 10;
    private static final int ALL_DATABASES = -1;

    private CompartmentCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("COMPARTMENT").summary("Commands about compartments.").since(SINCE).complexity("Depends on subcommand.")
            .arity(atLeast(2)).memory(NEUTRAL)
            .container();
        table.command("COMPARTMENT|LIST").summary("Lists the names of the compartments, and of the accounts without keys.").since(SINCE)
            .complexity("O(N) where N is the number of compartments").arity(exactly(2)).flags(LOADING, STALE).memory(NEUTRAL)
            .handledBy(CompartmentCommands::list);
        table.command("COMPARTMENT|INFO").summary("Shows the figures of one compartment, or of all.").since(SINCE)
            .complexity("O(N) where N is the number of compartments shown").arity(new Arity(2, 3)).flags(LOADING, STALE).memory(NEUTRAL)
            .arguments(string("name").optional()).handledBy(CompartmentCommands::info);
        table.command("COMPARTMENT|OF")
            .summary("Says which compartment a key of the selected database belongs to, whether it exists or not.").since(SINCE)
            .complexity("O(N) where N is the length of the key").arity(exactly(3)).flags(LOADING, STALE, FAST).memory(NEUTRAL)
            .keys(KeySpec.key(2, INSPECTS))
            .arguments(key("key")).handledBy(call -> call.reply().bulk(call.compartmentOf(2).name()));
        table.command("COMPARTMENT|USE")
            .summary("Makes the connection belong to a compartment: INFO and CONFIG GET answer with its policy.").since(SINCE)
            .complexity("O(1)").arity(exactly(3)).flags(LOADING, STALE, FAST).memory(NEUTRAL).arguments(string("name"))
            .handledBy(CompartmentCommands::use);
        table.command("COMPARTMENT|SET").summary("Changes reserve, max or full of a compartment while the server runs.").since(SINCE)
            .complexity("O(N) where N is the number of compartments").arity(atLeast(5)).flags(ADMIN).memory(NEUTRAL)
            .arguments(string("name"), string("option"), string("value").multiple()).handledBy(CompartmentCommands::set);
        table.command("COMPARTMENT|PREFIXES").summary("Lists the prefixes of its keys' names with most bytes: name, bytes, keys.")
            .since(SINCE)
            .complexity("O(N log(N)) where N is the number of prefixes").arity(new Arity(3, 4)).flags(ADMIN).memory(NEUTRAL)
            .arguments(string("name"), integer("count").optional()).handledBy(CompartmentCommands::prefixes);
        table.command("COMPARTMENT|FLUSH").summary("Deletes all keys of a compartment, in all databases.").since(SINCE).complexity("O(1)")
            .arity(exactly(3))
            .flags(WRITE).memory(FREES).wholeKeyspace().arguments(string("name")).handledBy(CompartmentCommands::flush);
        HelpText.declare(table, "COMPARTMENT", SINCE, "LIST", "    Return the names of the compartments.", "INFO [<name>]",
                "    Return figures of one compartment, or of all.", "OF <key>",
                "    Return the name of the compartment the key belongs to.", "USE <name>",
                "    Make this connection belong to a compartment.", "FLUSH <name>", "    Delete all keys of the compartment.",
                "PREFIXES <name> [<count>]",
                "    Return the prefixes of its keys with most bytes (default: 10): name, bytes, keys.", "SET <name> <option> <value>",
                "    Change reserve, max or full. Sizes as 64mb, or 20% of maxmemory.");
    }

    private static void list(Call call) {
        Server server = call.server();
        List<Account> others = server.operations().accountsWithoutKeys();
        call.reply().array((long) server.keyspace().compartmentCount() + others.size());
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            call.reply().bulk(server.keyspace().compartment(i).name());
        }
        others.forEach(account -> call.reply().bulk(account.name()));
    }

    private static void info(Call call) {
        Server server = call.server();
        ReplyWriter reply = call.reply();
        if (call.count() == 3) {
            String name = call.text(2);
            Compartment compartment = find(server, name);
            if (compartment != null) {
                reply.verbatim("txt", describe(server, compartment));
                return;
            }
            for (Account account : server.operations().accountsWithoutKeys()) {
                if (account.name().equals(name)) {
                    reply.verbatim("txt", describe(account).toString());
                    return;
                }
            }
            noSuch(call, name);
            return;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            text.append(text.isEmpty() ? "" : "\r\n").append(describe(server, server.keyspace().compartment(i)));
        }
        server.operations().accountsWithoutKeys().forEach(account -> text.append("\r\n").append(describe(account)));
        reply.verbatim("txt", text.toString());
    }

    private static String describe(Server server, Compartment compartment) {
        StringBuilder text = describe(compartment.account());
        for (CompartmentMetric metric : CompartmentMetric.ofCompartments()) {
            line(text, metric.name(), metric.unit(), metric.value().applyAsLong(compartment));
        }
        text.append("full:").append(PolicyWords.text(compartment.full())).append("\r\n");
        List<CompartmentRules.Rule> rules = server.operations().configuration().plan().rules().rules();
        for (CompartmentRules.Rule rule : rules) {
            if (rule.compartment() == compartment.id()) {
                text.append("rule:").append(rule.pattern() == null ? "*" : rule.pattern())
                    .append(rule.databases() == null ? "" : " db " + rule.databases())
                    .append("\r\n");
            }
        }
        return text.toString();
    }

    private static StringBuilder describe(Account account) {
        StringBuilder text = new StringBuilder("name:").append(account.name()).append("\r\n");
        for (CompartmentMetric.OfAccount metric : CompartmentMetric.ofAccounts()) {
            line(text, metric.name(), metric.unit(), metric.value().applyAsLong(account));
        }
        return text;
    }

    private static void line(StringBuilder text, String name, String unit, long value) {
        text.append(name).append(unit.equals("bytes") ? "_bytes" : "").append(':').append(value).append("\r\n");
        if (unit.equals("bytes")) {
            text.append(name).append("_human:").append(Sizes.readable(value)).append("\r\n");
        }
    }

    private static void use(Call call) {
        Compartment compartment = find(call.server(), call.text(2));
        if (compartment == null) {
            noSuch(call, call.text(2));
            return;
        }
        call.client().bindTo(compartment);
        call.reply().ok();
    }

    private static void set(Call call) {
        String name = call.text(2);
        String refusal = call.server().operations().configuration().setCompartment(name, Texts.from(call, 3));
        if (refusal != null) {
            call.reply().error("ERR COMPARTMENT SET failed - " + Texts.oneLine(refusal));
            return;
        }
        Compartment compartment = find(call.server(), name);
        long over = compartment == null ? 0 : compartment.account().usedBytes() - compartment.account().maxBytes();
        if (over <= 0 || compartment == null) {
            call.reply().ok();
        } else if (compartment.full().evicts()) {
            call.reply().simple("OK. Compartment '" + name + "' is " + Sizes.readable(over) + " over its max and evicts until it is below");
        } else {
            call.reply().simple(
                    "OK. Compartment '" + name + "' is " + Sizes.readable(over) + " over its max: what grows is refused until it is below");
        }
    }

    /** Keys that other compartments hold stay; transactions that watch one of them fail once without need, since watches know databases only. */
    private static void flush(Call call) {
        Compartment compartment = find(call.server(), call.text(2));
        if (compartment == null) {
            noSuch(call, call.text(2));
            return;
        }
        compartment.clear();
        call.databaseChanged(ALL_DATABASES);
        call.reply().ok();
    }

    private static void prefixes(Call call) {
        Compartment compartment = find(call.server(), call.text(2));
        if (compartment == null) {
            noSuch(call, call.text(2));
            return;
        }
        int count = PREFIXES_SHOWN;
        if (call.count() == 4) {
            if (!call.parseLong(3)) {
                return;
            }
            count = (int) Math.clamp(call.number, 0, PrefixBooks.PREFIXES_MAX);
        }
        List<PrefixUsage> prefixes = compartment.prefixes().topByBytes(count);
        call.reply().array(prefixes.size());
        for (PrefixUsage prefix : prefixes) {
            call.reply().map(3);
            call.reply().bulk("prefix");
            call.reply().bulk(Texts.bytes(prefix.name()));
            call.reply().bulk("bytes");
            call.reply().integer(prefix.bytes());
            call.reply().bulk("keys");
            call.reply().integer(prefix.keys());
        }
    }

    private static void noSuch(Call call, String name) {
        call.reply().error("ERR no compartment '" + Texts.oneLine(name) + "'; see COMPARTMENT LIST");
    }

    private static @Nullable Compartment find(Server server, String name) {
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            if (server.keyspace().compartment(i).name().equals(name)) {
                return server.keyspace().compartment(i);
            }
        }
        return null;
    }
}
