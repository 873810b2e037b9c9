// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.detect.NormalLoad.Kind;
import dev.cofferdam.watch.text.Words;
import java.util.Locale;

/** The page {@code docs/detection.md}: prose, and the tables of what the test bed measured. No state. */
final class DetectionPage {
    private DetectionPage() {
    }

    static String page(DetectionRun run) {
        return INTRODUCTION + scores(run) + KINDS + kinds(run.bed()) + UNKNOWN + unknown(run) + FORECAST + forecast(run.bed().forecasts)
                + CACHES
                + caches(run.plateau()) + LEAKS
                + leaks(run.leaks()) + TRUST;
    }

    private static String scores(DetectionRun run) {
        StringBuilder text = new StringBuilder("""
            | | false a week, mean (worst kind) | 60 s fill | 240 s fill | 20 min fill | 2 h fill |
            |---|---|---|---|---|---|
            """);
        for (DetectionScore score : run.scores()) {
            text.append("| ").append(score.name).append(" | ").append(number(score.falsePerWeek()));
            if (score.falsePerWeek() > 0) {
                Kind worst = score.worstKind();
                text.append(" (").append(name(worst)).append(' ').append(number(score.falsePerWeek(worst))).append(')');
            }
            for (int duration : DetectionBed.FILLS) {
                text.append(" | ").append(score.cell(duration));
            }
            text.append(" |\n");
        }
        return text.append("\nSeeds ").append(run.firstSeed()).append(" to ").append(run.firstSeed() + run.seeds() - 1).append(", ")
            .append(Kind.values().length * run.seeds()).append(" scored weeks, ").append(run.injected()).append(" fills. ")
            .append("Fills that began while a detector was speaking anyway say nothing of its speed and are left out of its line: ")
            .append(run.bed().ours.get(Stage.SUSPECT).alreadyOnCount()).append(" for *suspect*, ")
            .append(run.bed().ours.get(Stage.NOTIFY).alreadyOnCount()).append(" for *notify*, ")
            .append(run.bed().ours.get(Stage.PAGE).alreadyOnCount()).append(" for *page*.\n").toString();
    }

    private static String kinds(DetectionBed bed) {
        StringBuilder text = new StringBuilder("""
            | ordinary weeks | suspect | notify | page | 240 s fill: suspect | notify | page |
            |---|---|---|---|---|---|---|
            """);
        for (Kind kind : Kind.values()) {
            text.append("| ").append(name(kind));
            for (DetectionScore score : bed.ours.values()) {
                text.append(" | ").append(number(score.falsePerWeek(kind)));
            }
            for (DetectionScore score : bed.ours.values()) {
                text.append(" | ")
                    .append(kind == Kind.PLATEAU ? "" : seconds(score.delay(0.5, seen -> seen.kind() == kind && seen.duration() == 240)));
            }
            text.append(" |\n");
        }
        text.append("\n| shape of the 240 s fill | suspect | notify | page |\n|---|---|---|---|\n");
        for (FillShape shape : FillShape.values()) {
            text.append("| ").append(shape.name().toLowerCase(Locale.ROOT));
            for (DetectionScore score : bed.ours.values()) {
                text.append(" | ").append(seconds(score.delay(0.5, seen -> seen.shape() == shape && seen.duration() == 240)));
            }
            text.append(" |\n");
        }
        return text.toString();
    }

    private static String unknown(DetectionRun run) {
        WarmUpBed bed = run.warmUps();
        return "False pages in the first week of each kind: " + number(run.bed().learning.falsePerWeek())
                + " (mean). Servers that were loading when the watch began, "
                + bed.stopped() + " that stopped at 20 to 65 % of the limit: " + bed.falsePages() + " pages, " + bed.falseNotices()
                + " messages. " + bed.filled() + " that did not stop, one to ten minutes from empty to full:\n\n"
                + "| seconds from the page to the first refusal: least | 5th percentile | median | as part of the time there was: 5th percentile | median |\n"
                + "|---|---|---|---|---|\n| " + Math.round(bed.lead(0)) + " | " + Math.round(bed.lead(0.05)) + " | "
                + Math.round(bed.lead(0.5)) + " | "
                + Words.percent(bed.part(0.05)) + " | " + Words.percent(bed.part(0.5)) + " |\n";
    }

    private static String forecast(ForecastScore score) {
        StringBuilder text = new StringBuilder("""
            | after | truth / forecast: 10th percentile | median | 90th | truth within the range shown |
            |---|---|---|---|---|
            """);
        for (int i = 0; i < ForecastScore.AGES.length; i++) {
            text.append("| ").append(Words.seconds(ForecastScore.AGES[i])).append(" | ").append(number(score.ratio(i, 0.1)))
                .append(" | ")
                .append(number(score.ratio(i, 0.5))).append(" | ").append(number(score.ratio(i, 0.9))).append(" | ")
                .append(Words.percent(score.within(i)))
                .append(" |\n");
        }
        return text.toString();
    }

    private static String caches(PlateauBed bed) {
        StringBuilder text = new StringBuilder("""
            | | notify | page |
            |---|---|---|
            """);
        for (PlateauBed.Trouble trouble : PlateauBed.Trouble.values()) {
            text.append("| ").append(switch (trouble) {
                case EVICTIONS_TENFOLD -> "evictions ten times the moment's rate";
                case EVICTIONS_THIRTYFOLD -> "thirty times";
                case HITS_HALVED -> "half of the hits miss";
                case HITS_GONE -> "nine of ten hits miss";
            });
            for (boolean page : new boolean[] {false, true}) {
                text.append(" | ").append(seconds(bed.delay(trouble, page, 0.5))).append(" / ")
                    .append(seconds(bed.delay(trouble, page, 0.95)));
            }
            text.append(" |\n");
        }
        return text.toString();
    }

    private static String leaks(LeakBed bed) {
        StringBuilder text = new StringBuilder("| | false in 90 days |");
        for (int days : LeakBed.LEAKS) {
            text.append(' ').append(days).append("-day leak |");
        }
        text.append("\n|---|---|---|---|---|\n");
        for (LeakBed.Score score : bed.scores()) {
            text.append("| ").append(score.name).append(" | ").append(number(score.falsePerQuarter()));
            for (int i = 0; i < LeakBed.LEAKS.length; i++) {
                text.append(" | ").append(Words.figure(score.lead(i, 0.5))).append(" / ").append(Words.figure(score.lead(i, 0.1)));
            }
            text.append(" |\n");
        }
        return text.append("\nSeeds 1 to ").append(bed.ours.quarters)
            .append(", a quarter of a year each. The range of the forecast held the truth in ")
            .append(Words.percent(bed.withinRange / (double) bed.forecasts)).append(" of the leaks when they were first seen.\n")
            .toString();
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String seconds(double seconds) {
        return Double.isInfinite(seconds) ? "not in time" : Math.round(seconds) + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    private static final String INTRODUCTION = """
        # Detection: what is seen, how soon, and how often in vain

        This page is written by a test. Its tables are what `DetectionScoreTest` measured when the page was last changed, and the build fails when they no longer hold.
        The loads are made up: weeks as we know them, drawn from seeds. No customer's series was played. Judge by the comparison with the public rules, which saw the same
        series, more than by the figures alone.

        ## How it works
        One sample a second: what is used, without the spikes that do not hold for three samples. The detector sums up how far the level has climbed *beyond the rate that
        would fill what is left in half an hour*:

        ```
        S = max(0, S + rise - headroom / 30 min)     the excess; where it last was 0 the climb began
        E = level - highest level of the 90 minutes before that    what is really new
        ```

        The units are physical, it becomes more sensitive as room shrinks, and it knows the onset without looking back. A second sum with 6 hours instead of half an hour, and 26 hours
        of high water, sees what takes an afternoon. All memory, the data, and the buffers of clients and replicas have their own sums.

        - **suspect**: S beyond 0.8 to 5 % of the headroom. Nobody is told; attribution starts.
        - **notify**: S and E beyond what happens once a week here (at least 1.5 % of the limit), and it goes on.
        - **page**: S and E beyond what is unheard of here (at least 2 % of the limit), it goes on, and at this rate it is full within 15 minutes. Or: above 90 % and full within
          5 minutes. Or: writes are being refused. Or: it is known by name what grows, this prefix never grew like this, and the suspicion lasts 10 seconds.

        *Here* means what this target did in its last 14 days: the 200 largest of its harmless excursions are kept. *Unheard of* is the largest plus its distance to the second
        largest, at least 15 %: something rare has shown only a few of its sizes. However large, what happened once raises the threshold to 35 % of the headroom at most; what
        happened five times is a habit and may raise it to 70 %. What a level was driven to by an incident is neither learned nor high water.

        *Whatever was learned*, above 80 % and full within 3 minutes pages. In the first week, and beside a server that has just been started too (younger than ten minutes, and still
        loading: it has not been within 0.5 % of the limit for a minute), nobody is woken by any other forecast, but by this one from 70 % and 4 minutes on.

        A stage is held until it has been quiet for ten minutes; or the level has been back at the onset's, but for a tenth of the climb, for half a minute.

        ## How soon, and how often in vain
        Each of 12 kinds of ordinary load learns for a week and is scored for a week, second by second. Fills begin at random moments of the scored week and add what room there
        is, straight, accelerating, decelerating or in bursts, on top of the ordinary load. Delays are seconds from the beginning of the fill, median / 95th percentile of those that were
        seen; *miss* is what was seen only when it was full. A false alarm is an episode without a fill; within 10 minutes they are one. The rules are evaluated at each scrape, every
        15 s, without the group wait a pager adds.

        """;

    private static final String KINDS = """

        By kind, false alarms a week and median delays (the plateau is a cache that evicts at its limit; being filled is no outage there, see below):

        """;

    private static final String UNKNOWN = """

        ## Where nothing is known yet
        The watch may begin when the server does: after a restart, in the middle of an incident. What is loading then cannot be told from what fills it, and a filling server is told of but
        wakes nobody before it is above 70 % and full within 4 minutes. Of a server whose predecessor was watched the high water is known; *restarts* above are weeks with four of them,
        each loading what was there within 20 seconds to ten minutes.

        """;

    private static final String FORECAST = """

        ## Time to full
        What is left, by the present rate: the larger of the slope since the onset and the median slope of the last 15 to 120 s. Nobody can know after ten seconds whether a climb will speed
        up, so a range is shown with it. All fills of 4 minutes to 2 hours:

        """;

    private static final String CACHES = """

        ## Caches that live at their limit
        A target that evicts, and was above 95 % within two weeks, is not alarmed about for climbing. Instead: what it gives up beyond twice the usual rate (mean of 6 hours), as
        a part of its keys; and the lookups that miss beyond the usual and a fifth of the usual hits, as seconds of usual traffic. Thresholds are learned in the same way. Ordinary weeks
        have crawlers that raise evictions three- to sixfold, and deploys after which the cache is cold. Injected troubles, median / 95th percentile:

        """;

    private static final String LEAKS = """

        ## Leaks over weeks
        Once a day: the 10th percentile of each day, over windows of 4 to 21 days; the median slope between days, and the Mann-Kendall test that it goes upward. It speaks when at
        this slope the 95th percentile is at the limit within 15 days. From windows of 14 days on only days whole weeks apart are compared, so that no weekend is a trend. A leak is a
        ticket, never a page. Days of warning before it was full, median / what nine of ten leaks had at least; below 0 is after:

        """;

    private static final String TRUST = """

        ## What it cannot do
        - A system that bursts by a seventh of its memory every day cannot be paged about on a fiftieth. The kinds with bursts show the price: page after a minute instead of ten
          seconds. Naming the prefix takes it back where attribution is allowed to look.
        - A climb that begins slowly and speeds up is seen late, because it is harmless for as long.
        - An incident that nobody called one (`wasIncidentSince`) and that refused no write is learned as ordinary. The ceilings above bound what that can do.
        - The first week is blind to habits: it notifies about the first batch of every kind, and pages for one that is steep above 70 %.
        - A jump over a gap of more than two minutes without samples is not counted as a climb.

        Repeat, with other seeds or many more weeks: `mvn test -pl watch -am -Dtest=DetectionScoreTest -Dsurefire.failIfNoSpecifiedTests=false` with `-Dcofferdam.seed=100`,
        `-Dcofferdam.long=true`, or `-Dcofferdam.pages.write=true` to write this page.
        """;
}
