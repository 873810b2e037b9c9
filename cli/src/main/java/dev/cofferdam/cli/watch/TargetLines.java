// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.watch;

import dev.cofferdam.cli.terminal.Paint;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terminal's one screen, from the states of the targets: what is in trouble first and at length, the calm ones a line each. Pure functions.
 *
 * <p>In the order in which somebody who was just woken reads: how long do I have, what grows, who writes it, what has happened.
 */
final class TargetLines {
    /** Columns; a narrower window cuts. */
    static final int WIDTH = 100;
    private static final int BAR = 40;
    private static final int NAME = 24;
    private static final int GROWING_MAX = 5;
    private static final int HAPPENED_MAX = 6;

    private TargetLines() {
    }

    /** The whole screen. */
    static List<String> screen(List<TargetState> targets, String page, long nowMillis, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(ends(" Cofferdam watch   " + count(targets.size()) + (page.isEmpty() ? "" : "   " + page),
                Words.time(nowMillis) + " UTC ")));
        List<TargetState> sorted = new ArrayList<>(targets);
        sorted.sort(Comparator.comparing(TargetLines::gravity).reversed());
        boolean first = true;
        for (TargetState target : sorted) {
            if (first || isTroubled(target)) {
                lines.add("");
                lines.addAll(details(target, paint));
            } else {
                lines.add(level(target, paint));
            }
            first = false;
        }
        return lines;
    }

    /** A target at length. */
    static List<String> details(TargetState target, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(ends(" " + target.name() + "   " + target.address() + about(target.product()) + about(target.policy()),
                stage(target) + " "));
        lines.add(level(target, paint));
        if (!target.trouble().isEmpty()) {
            lines.add("   " + (target.reachable() ? target.trouble() : paint.bad(target.trouble())));
        }
        headline(target, paint, lines);
        if (target.attribution() != null) {
            lines.add("   " + CulpritText.sentence(target.attribution()));
            String writer = CulpritText.writer(target.attribution());
            if (!writer.isEmpty()) {
                lines.add("   Written by " + writer + ".");
            }
        }
        growing(target, paint, lines);
        happened(target.incident(), paint, lines);
        return lines;
    }

    private static void headline(TargetState target, Paint paint, List<String> lines) {
        Climb climb = target.reading().climb();
        if (target.reading().concern() == Concern.FULL) {
            lines.add("   " + paint.bad("FULL: writes are refused"));
        } else if (climb != null && climb.timeToFull() != null) {
            TimeToFull time = climb.timeToFull();
            String text = "FULL IN " + Words.seconds(time.likelySeconds()) + " ("
                    + Words.range(time.earliestSeconds(), time.latestSeconds()) + ")";
            lines.add("   " + (target.reading().stage() == Stage.PAGE ? paint.bad(text) : paint.strong(text)) + "   climbs "
                    + Words.rate(climb.bytesPerSecond()) + " since " + Words.time(climb.onsetMillis()));
        } else if (!target.reading().reason().isEmpty()) {
            lines.add("   " + paint.strong(target.reading().reason()));
        }
    }

    private static void growing(TargetState target, Paint paint, List<String> lines) {
        if (target.prefixes().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(paint
            .faint("   " + left("prefix", 44) + right("bytes", 10) + right("growth", 12) + right("of it", 8) + right("no TTL", 8)));
        for (PrefixShare share : target.prefixes().subList(0, Math.min(GROWING_MAX, target.prefixes().size()))) {
            lines.add("   " + left(share.pattern(), 44) + right(Words.bytes(share.bytes()), 10)
                    + right(Words.rate(share.bytesPerSecond()), 12)
                    + right(Words.percent(share.growthShare()), 8)
                    + right(share.withoutTtlShare() < 0 ? "-" : Words.percent(share.withoutTtlShare()), 8));
        }
    }

    private static void happened(@Nullable Incident incident, Paint paint, List<String> lines) {
        if (incident == null) {
            return;
        }
        lines.add("");
        List<TimelineEntry> all = incident.timeline();
        for (TimelineEntry entry : all.subList(Math.max(0, all.size() - HAPPENED_MAX), all.size())) {
            lines.add("   " + paint.faint(Words.time(entry.atMillis())) + " " + entry.text());
        }
    }

    /** {@code prod   [########......]  41 %  3.3 of 8 GB   calm}. */
    private static String level(TargetState target, Paint paint) {
        Sample sample = target.sample();
        String start = "   " + left(target.name(), NAME);
        if (sample == null || !target.reachable()) {
            return start + paint.bad("not reachable");
        }
        if (sample.limitBytes() == 0) {
            return start + Words.bytes(sample.usedBytes()) + ", no limit";
        }
        double share = (double) sample.usedBytes() / sample.limitBytes();
        int full = (int) Math.max(0, Math.min(BAR, Math.round(share * BAR)));
        String bar = "#".repeat(full) + ".".repeat(BAR - full);
        boolean calm = target.reading().stage() == Stage.CALM;
        return start + "[" + (calm ? bar : paint.bad(bar)) + "]" + right(Words.percent(share), 7) + "   " + Words.bytes(sample.usedBytes())
                + " of "
                + Words.bytes(sample.limitBytes()) + (calm ? "   " + paint.good("calm") : "");
    }

    private static String stage(TargetState target) {
        return target.reachable() ? target.reading().stage().name() : "UNREACHABLE";
    }

    private static boolean isTroubled(TargetState target) {
        return !target.reachable() || target.reading().stage() != Stage.CALM;
    }

    /** Rising with the need to be looked at: not reachable stands between told and paged. */
    private static int gravity(TargetState target) {
        int stage = target.reading().stage().ordinal() * 2;
        return target.reachable() ? stage : Math.max(stage, Stage.NOTIFY.ordinal() * 2 + 1);
    }

    private static String count(int targets) {
        return targets == 1 ? "1 target" : targets + " targets";
    }

    private static String about(String text) {
        return text.isEmpty() ? "" : "   " + text;
    }

    private static String ends(String start, String end) {
        return start + " ".repeat(Math.max(1, WIDTH - start.length() - end.length())) + end;
    }

    private static String left(String text, int width) {
        return text.length() > width ? text.substring(0, width - 1) + "…" : text + " ".repeat(width - text.length());
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
