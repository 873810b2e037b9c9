// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed.Subscription;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.text.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells people of the incidents of a book, by every channel that is configured: one message per incident, changed as it goes on, repeated
 * until it arrives, never lost without a trace. Owns a thread per channel, the HTTP client, and in its folder what was told and what nobody
 * got. Any thread; a turn of an incident is only queued on the thread that makes it.
 *
 * <p>Each message that arrives and says something new becomes a line of its incident's timeline.
 */
public final class Notifications implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<ChannelWorker> workers = new ArrayList<>();
    private final NotifyOptions options;
    private final Clock clock;
    private final IncidentBook book;
    private final Consumer<String> log;
    private final Http http;
    private final ToldBook told;
    private final DeadLetters deadLetters;
    private @Nullable Subscription subscription;

    /**
     * @param folder of its own; null to keep nothing on the disk
     * @param seed of the back-off's chance
     * @param log takes lines for people; none holds a secret
     * @throws IllegalArgumentException when two channels have one name
     */
    public Notifications(NotifyOptions options, IncidentBook book, @Nullable Path folder, Clock clock, long seed, Consumer<String> log) {
        this.options = options;
        this.clock = clock;
        this.book = book;
        this.log = log;
        this.http = new Http(Duration.ofSeconds(options.timeLimitSeconds()));
        this.told = new ToldBook(folder);
        this.deadLetters = new DeadLetters(folder);
        SplittableRandom seeds = new SplittableRandom(seed);
        Set<String> names = new HashSet<>();
        for (ChannelOptions one : options.channels()) {
            if (!names.add(one.name())) {
                http.close();
                throw new IllegalArgumentException("two channels are called '" + one.name() + "'; give one of them another name");
            }
            Channel channel = Channels.open(one, http, clock, options.timeLimitSeconds());
            workers.add(new ChannelWorker(channel, new ChannelQueue(channel, told, options, seeds.nextLong()), deadLetters, options, clock,
                    this::latest, this::heard));
        }
    }

    /** Tells from now on, beginning with what is on and what ended while watch was not there. */
    public void start() {
        subscription = book.subscribe(this::tell);
        List<Incident> known = new ArrayList<>(book.recent());
        for (ChannelWorker worker : workers) {
            known.forEach(worker::resume);
            worker.start();
        }
    }

    private void tell(Incident incident) {
        for (ChannelWorker worker : workers) {
            worker.offer(incident);
        }
    }

    private Incident latest(Incident incident) {
        Incident now = book.find(incident.id());
        return now == null ? incident : now;
    }

    private void heard(ChannelWorker.Event event) {
        Message message = event.message();
        String what = "channel=" + event.channel() + " incident=" + message.incident().id() + " message=" + message.id() + " attempts="
                + event.attempts();
        switch (event.outcome().result()) {
            case DELIVERED -> {
                if (message.kind() == Message.Kind.REPEATED) {
                    return;
                }
                log.accept("notify.delivered " + what);
                // A change of a message that is there already is no event; that people were reached is.
                if (message.kind() != Message.Kind.UPDATED) {
                    Map<String, String> evidence = new LinkedHashMap<>();
                    evidence.put("channel", event.channel());
                    evidence.put("stage", message.incident().stage().name());
                    evidence.put("attempts", Integer.toString(event.attempts()));
                    book.line(message.incident().id(), TimelineEntry.Kind.NOTIFIED, "watch",
                            event.channel() + " was told: " + message.text().headline(),
                            evidence);
                }
            }
            case LATER, REFUSED -> {
                String why = Printable.text(event.outcome().detail(), 300);
                log.accept((event.dead() ? "notify.dead " : "notify.retry ") + what + " why=\"" + why + "\"");
                if (event.dead() && message.kind() != Message.Kind.REPEATED) {
                    book.line(message.incident().id(), TimelineEntry.Kind.NOTIFIED, "watch", event.channel() + " could not be told: " + why,
                            Map.of("channel", event.channel()));
                }
            }
        }
    }

    /** Sends a test message by every channel, one after the other, and says what became of each. Queues and records know nothing of it. */
    public List<TestResult> test() throws InterruptedException {
        List<TestResult> results = new ArrayList<>();
        for (ChannelWorker worker : workers) {
            long from = clock.monotonicNanos();
            Message message = TestMessage.make(worker.channel(), options, clock);
            Outcome outcome = worker.attempt(message, message.incident().id());
            results.add(new TestResult(worker.channel().name(), outcome.result() == Outcome.Result.DELIVERED, outcome.detail(),
                    (clock.monotonicNanos() - from) / 1_000_000));
        }
        return List.copyOf(results);
    }

    public List<ChannelState> channels() {
        return workers.stream().map(ChannelWorker::state).toList();
    }

    /** Messages nobody got, since the start. */
    public long deadLetters() {
        return deadLetters.count();
    }

    /** Why something is not kept, in a sentence; empty when all is. */
    public String trouble() {
        return told.trouble().isEmpty() ? deadLetters.trouble() : told.trouble();
    }

    /** Ends what is being sent. What was not told is told at the next start. */
    @Override
    public void close() {
        Subscription listening = subscription;
        if (listening != null) {
            listening.close();
        }
        try {
            for (ChannelWorker worker : workers) {
                worker.close(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }

    /** For tests that hold time still: no thread is started, each step is asked for. */
    List<ChannelWorker> workers() {
        return workers;
    }
}
