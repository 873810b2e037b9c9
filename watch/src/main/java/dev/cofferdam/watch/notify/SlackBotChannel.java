// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.text.Printable;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Slack with a bot's token: one message per incident, changed as it goes on. A changed message makes no sound, so a stage that rises, and the
 * end, are also said below it, in the thread and in the channel. The reference is the channel's id and the message's {@code ts}.
 */
final class SlackBotChannel extends HttpChannel<ChannelOptions.SlackBot> {
    private static final Set<String> LATER = Set.of("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
            "request_timeout");
    /** The message is no longer there to be changed: somebody deleted it, or it is too old. */
    private static final Set<String> GONE = Set.of("message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found");

    SlackBotChannel(ChannelOptions.SlackBot options, Http http, Clock clock) {
        super(options, options.tokenFile(), http, clock);
    }

    @Override
    public Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException {
        String[] parts = reference.split(" ");
        if (parts.length != 2) {
            return post(message);
        }
        ObjectNode update = SlackText.blocks(message);
        update.put("channel", parts[0]).put("ts", parts[1]);
        Outcome updated = call("chat.update", update, reference);
        if (updated.result() == Outcome.Result.REFUSED && GONE.contains(updated.detail())) {
            return post(message);
        }
        boolean aloud = message.kind() == Message.Kind.RAISED || message.isOver();
        if (updated.result() != Outcome.Result.DELIVERED || !aloud) {
            return updated;
        }
        ObjectNode reply = MessageJson.MAPPER.createObjectNode();
        reply.put("channel", parts[0]).put("thread_ts", parts[1]).put("reply_broadcast", true).put("mrkdwn", false)
            .put("text", SlackText.escape(SlackText.mark(message) + " " + message.text().headline()));
        return call("chat.postMessage", reply, reference);
    }

    private Outcome post(Message message) throws DeliveryException, InterruptedException {
        ObjectNode first = SlackText.blocks(message);
        first.put("channel", options.channel());
        return call("chat.postMessage", first, "");
    }

    /** Slack answers 200 to mistakes too, and says in the body what was wrong. */
    private Outcome call(String method, ObjectNode body, String reference) throws DeliveryException, InterruptedException {
        Http.Reply reply = post(URI.create(options.api().toString().replaceAll("/+$", "") + "/" + method),
                Map.of("Authorization", "Bearer " + needed().line(), "Content-Type", "application/json; charset=utf-8"),
                MessageJson.bytes(body));
        Outcome outcome = reply.outcome();
        if (outcome.result() != Outcome.Result.DELIVERED) {
            return outcome;
        }
        try {
            JsonNode answer = MessageJson.MAPPER.readTree(reply.body());
            if (answer.path("ok").asBoolean(false)) {
                String ts = answer.path("ts").asString("");
                return Outcome.delivered("ok",
                        reference.isEmpty() ? answer.path("channel").asString(options.channel()) + " " + ts : reference);
            }
            String error = Printable.text(answer.path("error").asString("no reason given"), 100);
            return LATER.contains(error) ? Outcome.later(error, reply.retryAfterMillis()) : Outcome.refused(error);
        } catch (JacksonException e) {
            return Outcome.later("the answer is not Slack's", 0);
        }
    }
}
