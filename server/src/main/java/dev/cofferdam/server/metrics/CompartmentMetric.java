// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.metrics.Metric.Kind;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One figure that every compartment has, declared once: {@code INFO compartments}, COMPARTMENT INFO and {@code cofferdam_compartment_...} show it. Immutable.
 *
 * @param name field of INFO
 * @param prometheusName name in /metrics; the compartment is its label
 */
public record CompartmentMetric(String name, String prometheusName, Kind kind, String unit, String sentence,
        ToLongFunction<Compartment> value) {
    /** Figures of the account alone, which 'connections' and 'machinery' have too. */
    public record OfAccount(String name, String prometheusName, Kind kind, String unit, String sentence, ToLongFunction<Account> value) {
    }

    private static final List<OfAccount> ACCOUNT = List.of(
            new OfAccount("used", "cofferdam_compartment_used_bytes", Kind.GAUGE, "bytes", "Pages it owns.", Account::usedBytes),
            new OfAccount("reserve", "cofferdam_compartment_reserve_bytes", Kind.GAUGE, "bytes", "Always there for it.",
                    Account::reserveBytes),
            new OfAccount("max", "cofferdam_compartment_max_bytes", Kind.GAUGE, "bytes", "Never more than this.", Account::maxBytes),
            new OfAccount("peak", "cofferdam_compartment_peak_bytes", Kind.GAUGE, "bytes", "The most it has owned.", Account::peakBytes),
            new OfAccount("over", "cofferdam_compartment_over_bytes", Kind.GAUGE, "bytes",
                    "How far it is over a max that was lowered under its use.",
                    account -> Math.max(0, account.usedBytes() - account.maxBytes())),
            new OfAccount("refused_pages", "cofferdam_compartment_refused_pages_total", Kind.COUNTER, "pages",
                    "Pages it asked for and did not get.", Account::refusals));

    private static final List<CompartmentMetric> KEYS = List.of(
            new CompartmentMetric("live", "cofferdam_compartment_live_bytes", Kind.GAUGE, "bytes", "Live bytes of keys and values.",
                    Compartment::liveBytes),
            new CompartmentMetric("pinned", "cofferdam_compartment_pinned_bytes", Kind.GAUGE, "bytes",
                    "Large values that replies are being sent from, part of live.", compartment -> compartment.heap().pins().pinnedBytes()),
            new CompartmentMetric("keys", "cofferdam_compartment_keys", Kind.GAUGE, "keys", "Keys it holds.", Compartment::keyCount),
            new CompartmentMetric("expires", "cofferdam_compartment_keys_expiring", Kind.GAUGE, "keys", "Keys with a time to live.",
                    Compartment::expiringCount),
            new CompartmentMetric("refused_commands", "cofferdam_compartment_refused_commands_total", Kind.COUNTER, "commands",
                    "Commands refused because it was full.", Compartment::refusedCommands),
            new CompartmentMetric("evicted_keys", "cofferdam_compartment_evicted_keys_total", Kind.COUNTER, "keys",
                    "Keys dropped to make room.",
                    Compartment::evictedKeys),
            new CompartmentMetric("expired_keys", "cofferdam_compartment_expired_keys_total", Kind.COUNTER, "keys",
                    "Keys whose time was over.",
                    Compartment::expiredKeys));

    /** Those of every account. */
    public static List<OfAccount> ofAccounts() {
        return ACCOUNT;
    }

    /** Those of compartments that hold keys. */
    public static List<CompartmentMetric> ofCompartments() {
        return KEYS;
    }
}
