// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.text.Printable;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Teams workflow's webhook with an Adaptive Card. Texts stand in rich text runs, in which nothing is Markdown; a card is cut until it is
 * below {@link #BYTES_MAX}, since Teams drops what is above 28 KB. What was sent cannot be changed.
 */
final class TeamsChannel extends HttpChannel<ChannelOptions.Teams> {
    static final int BYTES_MAX = 27 << 10;

    TeamsChannel(ChannelOptions.Teams options, Http http, Clock clock) {
        super(options, options.webhookFile(), http, clock);
    }

    @Override
    public boolean canUpdate() {
        return false;
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        return post(Http.address(needed().line()), Map.of(), body(message)).outcome();
    }

    static byte[] body(Message message) {
        byte[] body = MessageJson.bytes(card(message, Integer.MAX_VALUE));
        for (int textMax = 1_000; body.length > BYTES_MAX; textMax /= 2) {
            body = MessageJson.bytes(card(message, textMax));
        }
        return body;
    }

    private static ObjectNode card(Message message, int textMax) {
        ObjectNode root = MessageJson.MAPPER.createObjectNode().put("type", "message");
        ObjectNode attachment = root.putArray("attachments").addObject().put("contentType", "application/vnd.microsoft.card.adaptive");
        attachment.putNull("contentUrl");
        ObjectNode card = attachment.putObject("content");
        card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json").put("type", "AdaptiveCard").put("version", "1.4");
        card.putObject("msteams").put("width", "Full");
        MessageText text = message.text();
        ArrayNode body = card.putArray("body");
        ObjectNode head = run(body, "", text.headline(), textMax);
        head.put("size", "Large").put("weight", "Bolder").put("color", color(message));
        for (MessageText.Fact fact : text.facts()) {
            run(body, fact.label(), fact.text(), textMax);
        }
        if (!text.next().isEmpty()) {
            run(body, "Next", text.next(), textMax);
        }
        run(body, "", message.watcher() + ", incident " + message.incident().id(), textMax).put("isSubtle", true).put("size", "Small");
        ArrayNode actions = card.putArray("actions");
        open(actions, "Open in the console", text.link());
        open(actions, "Runbook", text.runbook());
        return root;
    }

    /** A line of its own; the last run, to be styled. */
    private static ObjectNode run(ArrayNode body, String label, String text, int textMax) {
        ArrayNode inlines = body.addObject().put("type", "RichTextBlock").putArray("inlines");
        if (!label.isEmpty()) {
            inlines.addObject().put("type", "TextRun").put("text", label + ": ").put("weight", "Bolder");
        }
        return inlines.addObject().put("type", "TextRun").put("text", Printable.cut(text, textMax));
    }

    private static void open(ArrayNode actions, String title, String url) {
        if (!url.isEmpty()) {
            actions.addObject().put("type", "Action.OpenUrl").put("title", title).put("url", url);
        }
    }

    private static String color(Message message) {
        return message.kind() == Message.Kind.TEST
                ? "Default"
                : message.isOver() ? "Good" : message.incident().stage() == Stage.PAGE ? "Attention" : "Warning";
    }
}
