// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.statuspage.StatusIncident.Update;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The board's history for feed readers. Immutable, any thread. */
final class StatusFeeds {
    private static final int ENTRIES_MAX = 50;

    private final StatusOptions options;
    private final StatusJson json;
    private final long startMillis;

    StatusFeeds(StatusOptions options, StatusJson json, long startMillis) {
        this.options = options;
        this.json = json;
        this.startMillis = startMillis;
    }

    String atom(List<StatusIncident> incidents) {
        long updated = incidents.stream().mapToLong(StatusIncident::updatedMillis).max().orElse(startMillis);
        Markup out = new Markup().raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">");
        out.element("id", id("history")).element("title", options.name() + ": incidents").element("updated", StatusJson.time(updated));
        out.raw("<link rel=\"self\" href=\"").text(options.url() + "/history.atom").raw("\"/><author>").element("name", options.name())
            .raw("</author>");
        for (StatusIncident one : incidents.stream().limit(ENTRIES_MAX).toList()) {
            out.raw("<entry>").element("id", id(one.id())).element("title", one.name())
                .element("published", StatusJson.time(one.createdMillis()))
                .element("updated", StatusJson.time(one.updatedMillis())).raw("<link href=\"").text(json.link(one))
                .raw("\"/><content type=\"html\">").text(updates(one)).raw("</content></entry>");
        }
        return out.raw("</feed>\n").toString();
    }

    String rss(List<StatusIncident> incidents) {
        Markup out = new Markup().raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>");
        out.element("title", options.name() + ": incidents").element("link", options.url() + "/status").element("description", "Incidents");
        for (StatusIncident one : incidents.stream().limit(ENTRIES_MAX).toList()) {
            out.raw("<item>").element("title", one.name()).element("link", json.link(one)).raw("<guid isPermaLink=\"false\">")
                .text(id(one.id())).raw("</guid>").element("pubDate", DateTimeFormatter.RFC_1123_DATE_TIME
                    .format(Instant.ofEpochMilli(one.updatedMillis()).atOffset(ZoneOffset.UTC)))
                .element("description", updates(one)).raw("</item>");
        }
        return out.raw("</channel></rss>\n").toString();
    }

    /** Markup inside, which is escaped once more as the feed's text. */
    private static String updates(StatusIncident one) {
        Markup out = new Markup();
        for (Update update : one.updates().reversed()) {
            out.raw("<p><strong>").text(StatusWord.of(update.phase())).raw("</strong> ").text(StatusJson.time(update.atMillis()))
                .raw("<br>")
                .text(update.body()).raw("</p>");
        }
        return out.toString();
    }

    private static String id(String of) {
        return "urn:cofferdam:status:" + of;
    }
}
