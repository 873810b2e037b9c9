// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.statuspage.StatusIncident.Update;
import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The page that everybody sees: no script, one style sheet, readable when little else works. Immutable, any thread. */
final class StatusHtml {
    private static final int SHOWN_MAX = 30;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);

    private final StatusOptions options;
    private final StatusJson json;

    StatusHtml(StatusOptions options, StatusJson json) {
        this.options = options;
        this.json = json;
    }

    String page(StatusBoard board, List<String> targets) {
        Impact worst = board.impact(null);
        Markup out = head(options.name());
        out.raw("<p class=\"verdict is-").text(StatusWord.of(worst)).raw("\"><span aria-hidden=\"true\">").text(icon(worst)).raw("</span> ")
            .text(worst.sentence()).raw("</p>");
        List<StatusIncident> on = board.incidents().stream().filter(one -> !one.phase().isOver()).toList();
        if (!on.isEmpty()) {
            out.raw("<section aria-labelledby=\"on\"><h2 id=\"on\">Going on now</h2>");
            on.forEach(one -> incident(out, one));
            out.raw("</section>");
        }
        if (!targets.isEmpty()) {
            out.raw("<section aria-labelledby=\"parts\"><h2 id=\"parts\">Parts</h2><ul class=\"parts\">");
            for (String target : targets) {
                Impact impact = board.impact(target);
                out.raw("<li><span>").text(json.shown(target)).raw("</span><span class=\"is-").text(StatusWord.of(impact))
                    .raw("\"><span aria-hidden=\"true\">").text(icon(impact)).raw("</span> ").text(impact.component().replace('_', ' '))
                    .raw("</span></li>");
            }
            out.raw("</ul></section>");
        }
        out.raw("<section aria-labelledby=\"past\"><h2 id=\"past\">History</h2>");
        List<StatusIncident> over = board.incidents().stream().filter(one -> one.phase().isOver()).limit(SHOWN_MAX).toList();
        if (over.isEmpty()) {
            out.raw("<p class=\"none\">Nothing so far.</p>");
        }
        over.forEach(one -> incident(out, one));
        return foot(out.raw("</section>"));
    }

    String incidentPage(StatusIncident one) {
        Markup out = head(one.name() + " · " + options.name());
        out.raw("<p><a href=\"/status\">All</a></p>");
        incident(out, one);
        return foot(out);
    }

    private static void incident(Markup out, StatusIncident one) {
        out.raw("<article><h3><a href=\"/status/incidents/").text(one.id()).raw("\">").text(one.name()).raw("</a> <span class=\"impact is-")
            .text(StatusWord.of(one.impact())).raw("\">").text(StatusWord.of(one.impact())).raw("</span></h3><ol>");
        for (Update update : one.updates().reversed()) {
            String at = StatusJson.time(update.atMillis());
            out.raw("<li><p><strong>").text(StatusWord.of(update.phase())).raw("</strong> <time datetime=\"").text(at).raw("\">")
                .text(TIME.format(Instant.ofEpochMilli(update.atMillis()))).raw("</time></p><p class=\"body\">").text(update.body())
                .raw("</p></li>");
        }
        out.raw("</ol></article>");
    }

    private Markup head(String title) {
        return new Markup().raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>")
            .text(title)
            .raw("</title><link rel=\"icon\" href=\"/app/icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"/app/status.css\">"
                    + "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/history.atom\" title=\"Incidents\"></head><body><main><h1>")
            .text(options.name()).raw("</h1>");
    }

    private static String foot(Markup out) {
        return out.raw("</main><footer><a href=\"/history.atom\">Atom</a> <a href=\"/history.rss\">RSS</a> "
                + "<a href=\"/api/v2/summary.json\">JSON</a></footer></body></html>\n")
            .toString();
    }

    private static String icon(Impact impact) {
        return switch (impact) {
            case NONE -> "✓";
            case MINOR -> "◔";
            case MAJOR -> "◑";
            case CRITICAL -> "●";
        };
    }
}
