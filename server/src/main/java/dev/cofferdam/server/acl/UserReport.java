// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A user as ACL GETUSER shows it. Stateless. */
public final class UserReport {
    private UserReport() {
    }

    public static void write(User user, CommandTable table, ReplyWriter reply) {
        Rules rules = user.rules();
        reply.map(6);
        reply.bulk("flags");
        List<String> flags = RulesText.flags(rules);
        reply.set(flags.size());
        flags.forEach(reply::bulk);
        reply.bulk("passwords");
        reply.array(rules.passwords.size());
        rules.passwords.forEach(reply::bulk);
        writeSelector(rules.root(), table, reply);
        reply.bulk("selectors");
        reply.array(rules.selectors.size() - 1L);
        for (Selector selector : rules.selectors.subList(1, rules.selectors.size())) {
            reply.map(3);
            writeSelector(selector, table, reply);
        }
    }

    private static void writeSelector(Selector selector, CommandTable table, ReplyWriter reply) {
        reply.bulk("commands");
        reply.bulk(RulesText.commands(selector, table).getBytes(StandardCharsets.ISO_8859_1));
        reply.bulk("keys");
        reply.bulk(RulesText.keys(selector).getBytes(StandardCharsets.ISO_8859_1));
        reply.bulk("channels");
        reply.bulk(RulesText.channels(selector).getBytes(StandardCharsets.ISO_8859_1));
    }
}
