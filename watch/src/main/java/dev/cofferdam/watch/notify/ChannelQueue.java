// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one channel still has to tell: at most one piece of news per incident, the newest, and when its next attempt is due. Pure: time and
 * chance come in, nothing is sent. Not safe for threads; its worker holds a lock.
 *
 * <p>An incident passes three questions before it is queued: do people know of it at all (a draft is nobody's business), does its stage
 * concern this channel, or does the channel know it already; and is it news ({@link Told#signature}).
 */
final class ChannelQueue {
    /** Beyond that the news of the least stage becomes a dead letter. */
    static final int WAITING_MAX = 200;
    private static final long BACK_OFF_FIRST_MILLIS = 1_000;
    private static final long BACK_OFF_MAX_MILLIS = 60_000;

    private final Channel channel;
    private final ToldBook told;
    private final NotifyOptions options;
    private final SplittableRandom chance;
    private final Map<String, News> waiting = new LinkedHashMap<>();
    /** Signatures of news that nobody got: the same is not tried again, other news of that incident are. */
    private final Map<String, String> buried = new LinkedHashMap<>();
    private long notBeforeMillis;

    /** News of one incident, and how often it was tried. */
    static final class News {
        final Incident incident;
        final String signature;
        final Message.Kind kind;
        final long sinceMillis;
        final int number;
        long dueMillis;
        int attempts;

        News(Incident incident, String signature, Message.Kind kind, int number, long sinceMillis) {
            this.incident = incident;
            this.signature = signature;
            this.kind = kind;
            this.number = number;
            this.sinceMillis = sinceMillis;
            this.dueMillis = sinceMillis;
        }
    }

    ChannelQueue(Channel channel, ToldBook told, NotifyOptions options, long seed) {
        this.channel = channel;
        this.told = told;
        this.options = options;
        this.chance = new SplittableRandom(seed);
    }

    /**
     * Takes an incident as it stands now; nothing happens when it is no news here.
     *
     * @param nowMillis of a clock that never goes back
     * @return what had to give way because the queue is full, or null
     */
    @Nullable
    News offer(Incident incident, long nowMillis) {
        Told before = told.find(channel.name(), incident.id());
        News pending = waiting.get(incident.id());
        boolean over = incident.state() == IncidentState.RESOLVED;
        boolean known = before != null || pending != null;
        if (incident.state() == IncidentState.DRAFT || !known && (over || !incident.stage().atLeast(channel.fromStage()))) {
            return null;
        }
        String signature = Told.signature(incident, channel.canUpdate());
        if (pending == null ? before != null && before.signature().equals(signature) : pending.signature.equals(signature)) {
            return null;
        }
        if (signature.equals(buried.get(incident.id()))) {
            return null;
        }
        News news = new News(incident, signature, kind(incident, before, over), before == null ? 1 : before.messages() + 1, nowMillis);
        if (pending != null && pending.attempts > 0 && !raises(news, pending)) {
            // The other side is still not there: what is new waits as long as what was old would have.
            news.dueMillis = Math.max(nowMillis, pending.dueMillis);
            news.attempts = pending.attempts;
        }
        waiting.put(incident.id(), news);
        return waiting.size() > WAITING_MAX ? giveWay(news) : null;
    }

    /** As {@link #offer}, for an incident of before the start: what is repeated goes on being repeated. */
    void resume(Incident incident, long nowMillis) {
        offer(incident, nowMillis);
        Told before = told.find(channel.name(), incident.id());
        if (before != null && incident.state().isLive() && !waiting.containsKey(incident.id())) {
            repeatLater(new News(incident, before.signature(), Message.Kind.REPEATED, before.messages(), nowMillis), nowMillis);
        }
    }

    private static boolean raises(News news, News pending) {
        return news.incident.stage().compareTo(pending.incident.stage()) > 0;
    }

    private static Message.Kind kind(Incident incident, @Nullable Told before, boolean over) {
        if (over) {
            return Message.Kind.RESOLVED;
        }
        return before == null
                ? Message.Kind.OPENED
                : incident.stage().compareTo(before.stage()) > 0 ? Message.Kind.RAISED : Message.Kind.UPDATED;
    }

    private News giveWay(News newest) {
        News least = newest;
        for (News news : waiting.values()) {
            if (news != newest && news.incident.stage().compareTo(least.incident.stage()) <= 0) {
                least = news;
                break;
            }
        }
        waiting.remove(least.incident.id());
        return least;
    }

    /** What is to be sent now: the highest stage first, then what waits longest; null when nothing is due. It stays in the queue. */
    @Nullable
    News due(long nowMillis) {
        if (nowMillis < notBeforeMillis) {
            return null;
        }
        News first = null;
        for (News news : waiting.values()) {
            if (news.dueMillis <= nowMillis && (first == null || order(news, first) < 0)) {
                first = news;
            }
        }
        return first;
    }

    private static int order(News a, News b) {
        Stage stageA = a.kind == Message.Kind.REPEATED ? Stage.CALM : a.incident.stage();
        Stage stageB = b.kind == Message.Kind.REPEATED ? Stage.CALM : b.incident.stage();
        int byStage = stageB.compareTo(stageA);
        return byStage != 0 ? byStage : Long.compare(a.sinceMillis, b.sinceMillis);
    }

    /** Milliseconds until something may be due; {@link Long#MAX_VALUE} when nothing waits. */
    long untilDueMillis(long nowMillis) {
        long due = Long.MAX_VALUE;
        for (News news : waiting.values()) {
            due = Math.min(due, news.dueMillis);
        }
        return due == Long.MAX_VALUE ? due : Math.max(0, Math.max(due, notBeforeMillis) - nowMillis);
    }

    /** It arrived. */
    void delivered(News news, String reference, long nowMillis, long wallMillis) {
        done(news, nowMillis);
        buried.remove(news.incident.id());
        boolean over = news.kind == Message.Kind.RESOLVED;
        Told before = told.find(channel.name(), news.incident.id());
        Stage stage = before != null && before.stage().atLeast(news.incident.stage()) ? before.stage() : news.incident.stage();
        told.put(new Told(channel.name(), news.incident.id(), news.signature, stage, over, reference, news.number, wallMillis));
        repeatLater(news, nowMillis);
    }

    /**
     * It did not arrive, but may.
     *
     * @return whether it is tried again; false when that went on for too long
     */
    boolean failed(News news, long retryAfterMillis, long nowMillis) {
        news.attempts++;
        notBeforeMillis = nowMillis + options.gapMillis();
        if (nowMillis - news.sinceMillis >= options.giveUpSeconds() * 1000L) {
            dropped(news, nowMillis);
            return false;
        }
        long backOff = Math.min(BACK_OFF_MAX_MILLIS, BACK_OFF_FIRST_MILLIS << Math.min(20, news.attempts - 1));
        // Half of it is chance, so that many watches do not come back together.
        long wait = backOff / 2 + chance.nextLong(backOff / 2 + 1);
        news.dueMillis = nowMillis + Math.max(wait, retryAfterMillis);
        // A host that asks for patience means all that is sent to it.
        notBeforeMillis = Math.max(notBeforeMillis, nowMillis + retryAfterMillis);
        News newer = waiting.get(news.incident.id());
        if (newer != null && newer != news && newer.attempts == 0) {
            newer.attempts = news.attempts;
            newer.dueMillis = Math.max(newer.dueMillis, nowMillis + retryAfterMillis);
        }
        return true;
    }

    /** It will never arrive. */
    void dropped(News news, long nowMillis) {
        done(news, nowMillis);
        buried.put(news.incident.id(), news.signature);
        if (buried.size() > WAITING_MAX) {
            buried.remove(buried.keySet().iterator().next());
        }
        repeatLater(news, nowMillis);
    }

    private void done(News news, long nowMillis) {
        notBeforeMillis = nowMillis + options.gapMillis();
        waiting.remove(news.incident.id(), news);
    }

    private void repeatLater(News news, long nowMillis) {
        if (channel.repeatMillis() > 0 && news.kind != Message.Kind.RESOLVED && !waiting.containsKey(news.incident.id())) {
            News again = new News(news.incident, news.signature, Message.Kind.REPEATED, news.number, nowMillis);
            again.dueMillis = nowMillis + channel.repeatMillis();
            waiting.put(news.incident.id(), again);
        }
    }

    /** Of the last message of this incident; empty before the first. */
    String reference(String incident) {
        Told before = told.find(channel.name(), incident);
        return before == null ? "" : before.reference();
    }

    int size() {
        return waiting.size();
    }
}
