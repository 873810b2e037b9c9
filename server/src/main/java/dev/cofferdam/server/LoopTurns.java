// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.keyspace.LongestStep;
import dev.cofferdam.memory.Clock;
import java.util.Locale;

/**
 * How long turns of the event loop take and what they did: in a turn everybody waits, so the longest one is the longest that one client can make another
 * wait. Processor time stands beside elapsed time: what was elapsed only is the machine's or the JVM's doing, not the work's.
 *
 * <p>Owns the figures since the start or {@link #reset}. Written by the event loop; the metrics thread reads them, a moment old. What always holds: a
 * turn without anything long costs three looks at the clock. Processor time is read once a millisecond at most, so that of a turn may be up to a
 * millisecond too much.
 */
public final class LoopTurns {
    /** Commands and sends shorter than this are never what a turn was long for. */
    public static final long NOTED_NANOS = 300_000;
    private static final long CPU_READ_NANOS = 1_000_000;
    private static final long LONG_NANOS = 5_000_000;
    /** Elapsed time beyond this many times the threshold for processor time is worth a line too. */
    private static final int ELAPSED_TIMES = 10;
    private static final long LOG_EVERY_NANOS = 1_000_000_000;

    private final Clock clock;
    private final Events events;
    private final ServerSettings settings;
    private final LongestStep step;

    private boolean begun;
    private long beginNanos;
    private long stampNanos;
    private String phase = "";
    private long phaseNanos;
    private String command = "";
    private long commandClient;
    private int commandArguments;
    private long commandNanos;
    private long cpuNanos;
    private long cpuReadNanos;
    private long loggedNanos;
    private long unlogged;

    private long maxNanos;
    private long maxCpuNanos;
    private long longTurns;
    private String maxDuring = "";
    private String maxCpuDuring = "";

    LoopTurns(Clock clock, Events events, ServerSettings settings, LongestStep step) {
        this.clock = clock;
        this.events = events;
        this.settings = settings;
        this.step = step;
        loggedNanos = clock.monotonicNanos() - LOG_EVERY_NANOS;
        cpuReadNanos = loggedNanos;
    }

    /** The wait is over, there is something to do. Does nothing when the turn was begun before. */
    public void begin() {
        if (begun) {
            return;
        }
        begun = true;
        beginNanos = clock.monotonicNanos();
        stampNanos = beginNanos;
        phaseNanos = 0;
        commandNanos = 0;
        step.clear();
        if (beginNanos - cpuReadNanos > CPU_READ_NANOS) {
            cpuReadNanos = beginNanos;
            cpuNanos = clock.threadCpuNanos();
        }
    }

    /** A part of the turn is over. */
    public void phase(String name) {
        long now = clock.monotonicNanos();
        if (now - stampNanos > phaseNanos) {
            phaseNanos = now - stampNanos;
            phase = name;
        }
        stampNanos = now;
    }

    /** A command, or the sending of replies, took {@link #NOTED_NANOS} or more. */
    public void note(String name, long client, int arguments, long nanos) {
        if (nanos > commandNanos) {
            commandNanos = nanos;
            command = name;
            commandClient = client;
            commandArguments = arguments;
        }
    }

    /** The last part of the turn is over. */
    public void end(String name) {
        phase(name);
        begun = false;
        long elapsed = stampNanos - beginNanos;
        if (elapsed < CPU_READ_NANOS) {
            return;
        }
        long cpuNow = clock.threadCpuNanos();
        long cpu = Math.min(cpuNow - cpuNanos, elapsed);
        cpuNanos = cpuNow;
        cpuReadNanos = stampNanos;
        if (cpu >= LONG_NANOS) {
            longTurns++;
        }
        long threshold = settings.longTurnLogMillis() * 1_000_000;
        boolean logs = threshold > 0 && (cpu >= threshold || elapsed >= ELAPSED_TIMES * threshold);
        if (elapsed <= maxNanos && cpu <= maxCpuNanos && !logs) {
            return;
        }
        String during = during();
        if (elapsed > maxNanos) {
            maxDuring = during;
            maxNanos = elapsed;
        }
        if (cpu > maxCpuNanos) {
            maxCpuDuring = during;
            maxCpuNanos = cpu;
        }
        if (logs) {
            log(elapsed, cpu, cpu >= threshold, during);
        }
    }

    /** From the outside in: the part of the turn, the longest command of it, the longest step of the keyspace, each with its microseconds. */
    private String during() {
        StringBuilder text = new StringBuilder(phase).append(' ').append(phaseNanos / 1000);
        if (commandNanos > 0) {
            text.append(", ").append(command).append(" client=").append(commandClient);
            if (commandArguments > 0) {
                text.append(" arguments=").append(commandArguments);
            }
            text.append(' ').append(commandNanos / 1000);
        }
        if (step.nanos() >= NOTED_NANOS) {
            text.append(", ").append(step.text()).append(' ').append(step.nanos() / 1000);
        }
        return text.toString();
    }

    private void log(long elapsed, long cpu, boolean ours, String during) {
        if (stampNanos - loggedNanos < LOG_EVERY_NANOS) {
            unlogged++;
            return;
        }
        loggedNanos = stampNanos;
        String way = ours
                ? "everybody waited for it; ask for less at once, or lower lane-threshold, or raise the max of the compartment that made room"
                : "the loop had no processor meanwhile, or the JVM paused: look at the machine's load";
        events.log(String.format(Locale.ROOT, "long-turn cpu_ms=%.1f elapsed_ms=%.1f during=\"%s\" not_logged_before=%d; %s", cpu / 1e6,
                elapsed / 1e6, during, unlogged, way));
        unlogged = 0;
    }

    public void reset() {
        maxNanos = 0;
        maxCpuNanos = 0;
        longTurns = 0;
        maxDuring = "";
        maxCpuDuring = "";
    }

    public long maxMicros() {
        return maxNanos / 1000;
    }

    public long maxCpuMicros() {
        return maxCpuNanos / 1000;
    }

    /** Turns of 5 ms of processor time and more. */
    public long longTurns() {
        return longTurns;
    }

    /** What the turn of {@link #maxMicros} was doing, with microseconds. */
    public String maxDuring() {
        return maxDuring;
    }

    /** What the turn of {@link #maxCpuMicros} was doing. */
    public String maxCpuDuring() {
        return maxCpuDuring;
    }
}
