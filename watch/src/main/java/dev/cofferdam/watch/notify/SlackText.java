// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.text.Printable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message in Slack's Block Kit. Texts from outside stand in plain text, or escaped and with {@code verbatim}, so that a key's name neither
 * calls a channel's members nor becomes a link, and without emoji, which {@code cache:report:} would otherwise be. Stateless.
 */
final class SlackText {
    private static final int FIELD_MAX = 2_000;

    private SlackText() {
    }

    static ObjectNode blocks(Message message) {
        MessageText text = message.text();
        ObjectNode root = MessageJson.MAPPER.createObjectNode();
        // What notifications and screen readers show.
        root.put("text", escape(mark(message) + " " + text.headline()));
        root.put("mrkdwn", false);
        root.put("unfurl_links", false);
        ArrayNode blocks = root.putArray("blocks");
        ObjectNode header = blocks.addObject().put("type", "header");
        plain(header.putObject("text"), Printable.cut(mark(message) + " " + text.headline(), MessageText.HEADLINE_MAX));
        if (!text.facts().isEmpty()) {
            ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
            for (MessageText.Fact fact : text.facts().subList(0, Math.min(10, text.facts().size()))) {
                marked(fields.addObject(), "*" + escape(fact.label()) + "*\n" + escape(fact.text()));
            }
        }
        if (!text.next().isEmpty()) {
            marked(blocks.addObject().put("type", "section").putObject("text"), "*Next:* " + escape(text.next()));
        }
        buttons(blocks, text);
        plain(blocks.addObject().put("type", "context").putArray("elements").addObject(),
                message.watcher() + ", incident " + message.incident().id());
        return root;
    }

    private static void buttons(ArrayNode blocks, MessageText text) {
        if (text.link().isEmpty() && text.runbook().isEmpty()) {
            return;
        }
        ArrayNode elements = blocks.addObject().put("type", "actions").putArray("elements");
        button(elements, "Open in the console", text.link());
        button(elements, "Runbook", text.runbook());
    }

    private static void button(ArrayNode elements, String name, String url) {
        if (!url.isEmpty()) {
            ObjectNode button = elements.addObject().put("type", "button").put("url", url);
            plain(button.putObject("text"), name);
        }
    }

    private static void plain(ObjectNode text, String words) {
        text.put("type", "plain_text").put("text", words).put("emoji", false);
    }

    private static void marked(ObjectNode text, String words) {
        text.put("type", "mrkdwn").put("text", Printable.cut(words, FIELD_MAX)).put("verbatim", true);
    }

    /** State in one sign that is no emoji name, so it stands in plain text too. */
    static String mark(Message message) {
        return message.kind() == Message.Kind.TEST
                ? "\u2139"
                : message.isOver()
                        ? "\u2705"
                        : message.incident().state() == IncidentState.CONTAINED
                                ? "\u26aa"
                                : message.incident().stage() == Stage.PAGE ? "\uD83D\uDD34" : "\uD83D\uDFE0";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
