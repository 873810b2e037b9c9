// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Attributor;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.contain.ContainLevel;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.probe.Dialer;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Look;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.series.SeriesStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One target from the look to the record: asks it, has each thing that can fill up judged, and lays down what is known for those who show it.
 *
 * <p>Owns the probe and what is watched. A stock server is one thing that can fill up; of a Cofferdam each compartment is one, by its own account, and the whole is none: its
 * compartments lend each other what they do not use, so it is always nearly full and never in danger. One thread, which calls {@link #turn} once a second.
 */
final class TargetWatch implements AutoCloseable {
    private static final long REMEMBER_MILLIS = 60_000;

    private final TargetConfiguration configuration;
    private final int place;
    private final Probe probe;
    private final Attributor attributor;
    private final IncidentBook book;
    private final @Nullable SeriesStore series;
    private final @Nullable Path folder;
    private final @Nullable Containment containment;
    private final @Nullable AutomaticContainment automatic;
    private final CompartmentEvents events;
    private final Hub hub;
    private final Clock clock;
    private final Consumer<String> log;
    /** By name, in the order in which they came; the number is the member's in the hub. */
    private final Map<String, Watched> watched = new LinkedHashMap<>();
    private boolean divided;
    private long rememberedMillis;

    /**
     * @param place of the target in the configuration
     * @param containment of this target, whose clock we are; null when nothing may be done
     */
    TargetWatch(TargetConfiguration configuration, int place, Dialer dialer, IncidentBook book, @Nullable SeriesStore series,
            @Nullable Path folder,
            @Nullable Containment containment, Hub hub, Clock clock, long seed, Consumer<String> log) {
        this.configuration = configuration;
        this.place = place;
        this.probe = new Probe(configuration.address(), dialer, clock, seed, configuration.probe());
        this.attributor = new Attributor(probe, seed, configuration.attribution());
        this.book = book;
        this.series = series;
        this.folder = folder;
        this.containment = containment;
        this.automatic = containment == null || containment.level() != ContainLevel.AUTO
                ? null
                : new AutomaticContainment(containment, configuration.contain(),
                        line -> log.accept("target=" + configuration.name() + " " + line));
        this.hub = hub;
        this.clock = clock;
        this.log = log;
        this.events = new CompartmentEvents(line -> log.accept("target=" + configuration.name() + " " + line));
    }

    /** One second. Takes as long as the target takes to answer, a few seconds at most. */
    void turn() {
        Look look = probe.look();
        tell(look);
        divide(!look.compartments().isEmpty());
        if (!look.reachable()) {
            unreachable(look);
        } else if (divided) {
            look.compartments().forEach((compartment, sample) -> {
                Watched one = watched(name(compartment));
                one.observe(sample);
                events.observe(compartment, sample, one.reading(), probe.link());
            });
        } else if (look.sample() != null) {
            watched(configuration.name()).observe(look.sample());
        }
        attribute(look);
        lay(look);
        if (containment != null) {
            containment.tick();
        }
    }

    /** Processor time of the target that we have cost it, by its own counters. */
    long spentNanos() {
        return probe.governor().spentNanos();
    }

    private String name(String compartment) {
        return configuration.name() + "/" + compartment;
    }

    /** A server that turns out to have compartments, or another one that has none at the same place: what was judged as one is several, or the other way. */
    private void divide(boolean hasCompartments) {
        if (hasCompartments == divided || !hasCompartments && !watched.isEmpty() && probe.link() == null) {
            return; // one that does not answer is what it was
        }
        divided = hasCompartments;
        for (int member = 0; member < watched.size(); member++) {
            hub.remove(place, member);
        }
        watched.values().forEach(Watched::save);
        watched.clear();
    }

    /** What grows, as far as it is known now; and while all is calm, what there is. */
    private void attribute(Look look) {
        Attribution found = attributor.tick(look, gravest());
        if (divided) {
            look.compartments().keySet().forEach(compartment -> {
                Watched one = watched(name(compartment));
                if (one.reading().climb() != null && one.reading().stage() != Stage.CALM) {
                    one.found(attributor.ofCompartment(compartment, one.reading().climb(), look.atMillis()));
                }
            });
        } else if (found != null) {
            Watched one = watched(configuration.name());
            one.found(found);
            contain(one.reading(), found);
        }
        if (look.atMillis() - rememberedMillis >= REMEMBER_MILLIS || look.atMillis() < rememberedMillis) {
            rememberedMillis = look.atMillis();
            watched.values().forEach(one -> one.remember(prefixes(one)));
        }
    }

    /** Of a Cofferdam each compartment has its own, as it counts them. */
    private List<PrefixShare> prefixes(Watched one) {
        return divided ? attributor.prefixesOf(one.name().substring(name("").length())) : attributor.prefixes();
    }

    private void contain(Reading reading, Attribution found) {
        Climb climb = reading.climb();
        if (automatic != null && climb != null && reading.stage() == Stage.PAGE) {
            automatic.paged(climb.onsetMillis(), found.culprit(), climb.bytesPerSecond(), reading.reason());
        }
    }

    /** The reading to explain: of a Cofferdam that of the compartment in most trouble. */
    private Reading gravest() {
        Reading gravest = Reading.calm(0);
        for (Watched one : watched.values()) {
            if (!gravest.stage().atLeast(one.reading().stage()) || gravest.stage() == Stage.CALM) {
                gravest = one.reading();
            }
        }
        return gravest;
    }

    private Watched watched(String name) {
        Watched known = watched.get(name);
        if (known == null) {
            known = new Watched(name, configuration.detector(), book, series, folder, clock);
            watched.put(name, known);
            if (!known.lostMemory().isEmpty()) {
                log.accept("target=" + name + " what was learned before is partly lost: " + known.lostMemory());
            }
        }
        return known;
    }

    private void unreachable(Look look) {
        if (watched.isEmpty()) {
            watched(configuration.name());
        }
        // A Cofferdam that is away is one incident, not one for each compartment.
        book.unreachable(configuration.name(), look.trouble());
    }

    private void tell(Look look) {
        String what = switch (look.change()) {
            case NONE -> "";
            case FIRST -> "reached " + look.info().product() + ", " + probe.capabilities();
            case RESTARTED -> "another process answers: counters begin again";
            case OTHER_MASTER -> "another node is the master now";
            case BECAME_REPLICA -> "it is a replica now";
            case BECAME_MASTER -> "it was promoted";
            case BACK -> "it answers again";
            case LOST -> "lost: " + look.trouble();
        };
        if (!what.isEmpty()) {
            log.accept("target=" + configuration.name() + " " + what);
        }
    }

    private void lay(Look look) {
        InfoText info = look.info();
        List<Watched> members = new ArrayList<>(watched.values());
        for (int member = 0; member < members.size(); member++) {
            Watched one = members.get(member);
            hub.publish(place, member,
                    one.state(configuration.address().shown(), info.product(), info.get("maxmemory_policy"), look.trouble(),
                            look.reachable(), prefixes(one), attributor.clients(), info.text()));
        }
    }

    /** Writes down what was learned and leaves the target. After the last turn. */
    @Override
    public void close() {
        watched.values().forEach(Watched::save);
        probe.close();
    }
}
