// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** DEBUG PROTOCOL: one reply of each kind the protocol has, with contents that are always the same, for the tests of clients. Stateless. */
final class DebugProtocol {
    private static final String BIG_NUMBER = "1234567999999999999999999999999999999";
    private static final double REAL = 3.141;
    private static final int ELEMENTS = 3;

    private DebugProtocol() {
    }

    static void reply(Call call) {
        ReplyWriter reply = call.reply();
        switch (call.text(2).toLowerCase(Locale.ROOT)) {
            case "string" -> reply.bulk("Hello World");
            case "integer" -> reply.integer(12345);
            case "double" -> reply.real(REAL);
            case "null" -> reply.nil();
            case "array" -> {
                reply.array(ELEMENTS);
                numbers(reply);
            }
            case "set" -> {
                reply.set(ELEMENTS);
                numbers(reply);
            }
            case "map" -> map(reply);
            case "attrib" -> attribute(reply);
            case "push" -> push(reply);
            case "verbatim" -> reply.verbatim("txt", "This is a verbatim\nstring");
            case "true" -> reply.bool(true);
            case "false" -> reply.bool(false);
            case "bignum" -> bigNumber(reply);
            default -> reply.error("ERR Wrong protocol type name. Please use one of the following: "
                    + "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
        }
    }

    private static void numbers(ReplyWriter reply) {
        for (int i = 0; i < ELEMENTS; i++) {
            reply.integer(i);
        }
    }

    private static void map(ReplyWriter reply) {
        reply.map(ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            reply.integer(i);
            reply.bool(i == 1);
        }
    }

    /** Something said beside the reply proper, which RESP2 has no way to say. */
    private static void attribute(ReplyWriter reply) {
        if (reply.resp3()) {
            raw(reply, "|1\r\n");
            reply.bulk("key-popularity");
            reply.array(2);
            reply.bulk("key:123");
            reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
    }

    private static void push(ReplyWriter reply) {
        if (!reply.resp3()) {
            reply.error("ERR RESP2 is not supported by this command");
            return;
        }
        reply.push(2);
        reply.bulk("server-cpu-usage");
        reply.integer(42);
        reply.bulk("Some real reply following the push reply");
    }

    private static void bigNumber(ReplyWriter reply) {
        if (reply.resp3()) {
            raw(reply, "(" + BIG_NUMBER + "\r\n");
        } else {
            reply.bulk(BIG_NUMBER);
        }
    }

    private static void raw(ReplyWriter reply, String text) {
        reply.raw(text.getBytes(StandardCharsets.US_ASCII));
    }
}
