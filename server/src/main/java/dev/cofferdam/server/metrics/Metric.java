// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import java.util.function.Function;

/**
 * One figure of the server, declared once in {@link Metrics}: INFO, Prometheus and the reference page show what stands here. Immutable.
 *
 * @param infoName field of INFO; empty when INFO does not show it
 * @param prometheusName name in /metrics, as redis_exporter has it where it has the thing; empty when not shown there
 * @param unit bytes, seconds, commands ...; empty for texts
 * @param sentence what it says
 * @param value as INFO prints it; a number unless kind is TEXT
 */
public record Metric(Section section, String infoName, String prometheusName, Kind kind, String unit, String sentence,
        Function<Figures, String> value) {
    /** Sections of INFO, in its order. */
    public enum Section {
        SERVER("Server"), CLIENTS("Clients"), MEMORY("Memory"), PERSISTENCE("Persistence"), STATS("Stats"), REPLICATION("Replication"),
        CPU("CPU"),
        CLUSTER("Cluster");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** How it behaves over time. */
    public enum Kind {
        /** Goes up and down. */
        GAUGE,
        /** Only goes up, until RESETSTAT or a restart. */
        COUNTER,
        /** No number. */
        TEXT
    }

    /** The value as Prometheus wants it. */
    String number(Figures figures) {
        String text = value.apply(figures);
        return text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    }
}
