// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.notify.ChannelQueue.News;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sends what one channel has to tell, on a virtual thread of its own, so that a channel that hangs delays no other. Owns the queue and its
 * lock; the lock is never held while something is sent, nor while a listener is called.
 */
final class ChannelWorker {
    /** What happened to a message, for the incident's timeline and the log. */
    record Event(String channel, Message message, Outcome outcome, int attempts, boolean dead) {
    }

    private final Channel channel;
    private final ChannelQueue queue;
    private final DeadLetters deadLetters;
    private final NotifyOptions options;
    private final Clock clock;
    /** The incident as it stands now: figures move on while a message waits. */
    private final UnaryOperator<Incident> latest;
    private final Consumer<Event> listener;
    private final Object lock = new Object();
    private final Thread thread;
    private long delivered;
    private long retried;
    private long dead;
    private String trouble = "";
    private long lastDeliveredMillis;

    ChannelWorker(Channel channel, ChannelQueue queue, DeadLetters deadLetters, NotifyOptions options, Clock clock,
            UnaryOperator<Incident> latest, Consumer<Event> listener) {
        this.channel = channel;
        this.queue = queue;
        this.deadLetters = deadLetters;
        this.options = options;
        this.clock = clock;
        this.latest = latest;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("notify-" + channel.name()).unstarted(this::run);
    }

    Channel channel() {
        return channel;
    }

    void start() {
        thread.start();
    }

    /** Any thread; returns at once. */
    void offer(Incident incident) {
        News gaveWay;
        synchronized (lock) {
            gaveWay = queue.offer(incident, now());
            lock.notifyAll();
        }
        if (gaveWay != null) {
            bury(gaveWay, message(gaveWay), Outcome.refused("more than " + ChannelQueue.WAITING_MAX + " incidents wait for this channel"));
        }
    }

    void resume(Incident incident) {
        synchronized (lock) {
            queue.resume(incident, now());
            lock.notifyAll();
        }
    }

    private void run() {
        try {
            while (true) {
                if (!step()) {
                    synchronized (lock) {
                        long wait = queue.untilDueMillis(now());
                        if (wait == Long.MAX_VALUE) {
                            lock.wait();
                        } else if (wait > 0) {
                            lock.wait(wait);
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Sends what is due; false when nothing is. */
    boolean step() throws InterruptedException {
        News news;
        synchronized (lock) {
            news = queue.due(now());
        }
        if (news == null) {
            return false;
        }
        Message message = message(news);
        Outcome outcome = attempt(message, news.incident.id());
        boolean again = false;
        synchronized (lock) {
            switch (outcome.result()) {
                case DELIVERED -> {
                    queue.delivered(news, outcome.reference(), now(), clock.wallMillis());
                    delivered++;
                    trouble = "";
                    lastDeliveredMillis = clock.wallMillis();
                }
                case LATER -> {
                    again = queue.failed(news, outcome.retryAfterMillis(), now());
                    retried += again ? 1 : 0;
                    trouble = outcome.detail();
                }
                case REFUSED -> {
                    news.attempts++;
                    queue.dropped(news, now());
                    trouble = outcome.detail();
                }
            }
        }
        if (outcome.result() == Outcome.Result.DELIVERED) {
            listener.accept(new Event(channel.name(), message, outcome, news.attempts + 1, false));
        } else if (again) {
            listener.accept(new Event(channel.name(), message, outcome, news.attempts, false));
        } else {
            bury(news, message, outcome);
        }
        return true;
    }

    /** One attempt, whatever becomes of it; what it says holds no secret. */
    Outcome attempt(Message message, String incident) throws InterruptedException {
        Outcome outcome;
        try {
            outcome = channel.deliver(message, reference(incident));
        } catch (DeliveryException e) {
            outcome = e.outcome();
        } catch (RuntimeException e) {
            // A mistake of ours must not end the thread that tells people.
            outcome = Outcome.later("it failed (" + e.getClass().getSimpleName() + ")", 0);
        }
        String detail = outcome.detail();
        for (Secret secret : channel.secrets()) {
            detail = secret.scrub(detail);
        }
        return new Outcome(outcome.result(), detail, outcome.retryAfterMillis(), outcome.reference());
    }

    private String reference(String incident) {
        synchronized (lock) {
            return queue.reference(incident);
        }
    }

    private Message message(News news) {
        Incident now = latest.apply(news.incident);
        // The id says what news it is; what stands in it is as fresh as can be, but never of another state than the one that is told.
        Incident shown = now.state() == news.incident.state() && now.stage() == news.incident.stage() ? now : news.incident;
        return new Message(news.incident.id() + "-" + news.number, news.kind, shown,
                MessageText.of(shown, options.consoleUrl(), options.runbookUrl()), clock.wallMillis(), options.watcher());
    }

    private void bury(News news, Message message, Outcome outcome) {
        synchronized (lock) {
            dead++;
        }
        deadLetters.add(channel.name(), message, news.attempts, outcome.detail(), clock.wallMillis());
        listener.accept(new Event(channel.name(), message, outcome, news.attempts, true));
    }

    ChannelState state() {
        synchronized (lock) {
            return new ChannelState(channel.name(), delivered, retried, dead, queue.size(), trouble, lastDeliveredMillis);
        }
    }

    /** Ends the thread; what was not sent stays unsaid until the next start. */
    void close(Duration patience) throws InterruptedException {
        thread.interrupt();
        if (thread.getState() != Thread.State.NEW) {
            thread.join(patience);
        }
    }

    private long now() {
        return clock.monotonicNanos() / 1_000_000;
    }

    /** For tests that hold time still. */
    @Nullable
    News peek() {
        synchronized (lock) {
            return queue.due(now());
        }
    }
}
