// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.acl;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.acl.AccessLog;
import dev.cofferdam.server.acl.Denial;
import dev.cofferdam.server.acl.User;
import dev.cofferdam.server.acl.UserReport;
import dev.cofferdam.server.acl.Users;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Category;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.commands.admin.Texts;
import java.util.List;

/** What ACL answers without changing anything: users, categories, the log, what a user could do, new passwords. */
final class AclReports {
    private static final int PASSWORD_BITS = 256;
    private static final int PASSWORD_BITS_MAX = 4096;
    private static final int LOG_ENTRIES = 10;
    private static final int NAME_SHOWN_MAX = 128;

    private AclReports() {
    }

    /** Sub-commands that take one argument or none: more of them Redis finds out late. */
    private static boolean hasTooMany(Call call) {
        if (call.count() <= 3) {
            return false;
        }
        call.reply()
            .error("ERR unknown subcommand or wrong number of arguments for '" + call.text(1, NAME_SHOWN_MAX) + "'. Try ACL HELP.");
        return true;
    }

    // ---------------------------------------------------------------- users

    static void names(Call call) {
        Users users = call.server().acl().users();
        call.reply().array(users.count());
        for (User user : users.all()) {
            call.reply().bulk(Texts.bytes(user.name()));
        }
    }

    static void lines(Call call) {
        List<String> lines = call.server().acl().lines();
        call.reply().array(lines.size());
        lines.forEach(line -> call.reply().bulk(Texts.bytes(line)));
    }

    static void user(Call call) {
        User user = call.server().acl().users().named(call.text(2));
        if (user == null) {
            call.reply().nil();
        } else {
            UserReport.write(user, call.server().commands(), call.reply());
        }
    }

    // ---------------------------------------------------------------- commands

    static void categories(Call call) {
        if (hasTooMany(call)) {
            return;
        }
        ReplyWriter reply = call.reply();
        if (call.count() == 2) {
            reply.array(Category.values().length);
            for (Category category : Category.values()) {
                reply.bulk(category.redisName());
            }
            return;
        }
        Category category = Category.named(call.text(2));
        if (category == null) {
            reply.error("ERR Unknown category '" + call.text(2, NAME_SHOWN_MAX) + "'");
            return;
        }
        List<Command> commands = call.server().commands().all().stream().filter(command -> command.isIn(category)).toList();
        reply.array(commands.size());
        commands.forEach(command -> reply.bulk(command.name()));
    }

    static void dryRun(Call call) {
        ReplyWriter reply = call.reply();
        User user = call.server().acl().users().named(call.text(2));
        if (user == null) {
            reply.error("ERR User '" + call.text(2, NAME_SHOWN_MAX) + "' not found");
            return;
        }
        Call inner = call.tail(3);
        Command command = call.server().dispatcher().lookUp(inner);
        if (command == null) {
            reply.error("ERR Command '" + call.text(3, NAME_SHOWN_MAX) + "' not found");
            return;
        }
        if (!command.arity().accepts(inner.count())) {
            reply.error("ERR wrong number of arguments for '" + command.name() + "' command");
            return;
        }
        long denial = user.check(command, inner);
        if (denial == Denial.NONE) {
            reply.ok();
        } else if (Denial.kind(denial) == Denial.KIND_COMMAND) {
            reply.bulk("This user has no permissions to run the '" + command.name() + "' command");
        } else {
            reply.bulk(Texts.bytes("This user has no permissions to access the '" + inner.text(Denial.argument(denial)) + "' "
                    + (Denial.kind(denial) == Denial.KIND_KEY ? "key" : "channel")));
        }
    }

    // ---------------------------------------------------------------- log and passwords

    static void log(Call call) {
        if (hasTooMany(call)) {
            return;
        }
        AccessLog log = call.server().acl().log();
        long count = LOG_ENTRIES;
        if (call.count() == 3 && call.is(2, "RESET")) {
            log.clear();
            call.reply().ok();
            return;
        }
        if (call.count() == 3) {
            if (!call.parseLong(2)) {
                return;
            }
            count = call.number;
        }
        List<AccessLog.Entry> entries = log.newest(count);
        call.reply().array(entries.size());
        for (AccessLog.Entry entry : entries) {
            write(call.reply(), entry, call.nowMillis());
        }
    }

    private static void write(ReplyWriter reply, AccessLog.Entry entry, long nowMillis) {
        reply.map(7);
        reply.bulk("count");
        reply.integer(entry.count());
        reply.bulk("reason");
        reply.bulk(entry.reason());
        reply.bulk("context");
        reply.bulk(entry.context());
        reply.bulk("object");
        reply.bulk(Texts.bytes(entry.object()));
        reply.bulk("username");
        reply.bulk(Texts.bytes(entry.user()));
        reply.bulk("age-seconds");
        reply.real((nowMillis - entry.atMillis()) / 1000.0);
        reply.bulk("client-info");
        reply.bulk(Texts.bytes(entry.client()));
    }

    static void password(Call call) {
        if (hasTooMany(call)) {
            return;
        }
        long bits = PASSWORD_BITS;
        if (call.count() == 3) {
            if (!call.parseLong(2)) {
                return;
            }
            bits = call.number;
        }
        if (bits <= 0 || bits > PASSWORD_BITS_MAX) {
            call.reply().error("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
                    + PASSWORD_BITS_MAX);
            return;
        }
        call.reply().bulk(call.server().acl().randomPassword((int) (bits + 3) / 4));
    }
}
