// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.acl;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.acl.Users;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.commands.admin.HelpText;
import dev.cofferdam.server.commands.admin.Texts;
import org.jspecify.annotations.Nullable;

/** ACL: users, what they may do, what was refused. */
public final class AclCommands {
    private static final String NO_FILE = "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL"
            + " SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the"
            + " Redis configuration.";

    private AclCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("server");
        table.command("ACL").summary("Users and what they may do.").since("6.0.0").complexity("Depends on subcommand.").container();
        administration(table, "ACL|LOAD", "Takes the users from the ACL file.", exactly(2), "O(N) where N is the number of users.")
            .usesFiles()
            .handledBy(AclCommands::load);
        command(table, "ACL|CAT", "Lists the categories of commands, or the commands of one.", atLeast(2), "O(1)")
            .arguments(string("categoryname").optional()).handledBy(AclReports::categories);
        administration(table, "ACL|SAVE", "Writes the users into the ACL file.", exactly(2), "O(N) where N is the number of users.")
            .usesFiles()
            .handledBy(AclCommands::save);
        administration(table, "ACL|DELUSER", "Removes users and closes their connections.", atLeast(3), "O(1) for each user.")
            .arguments(string("username").multiple()).handledBy(AclCommands::deleteUsers);
        administration(table, "ACL|DRYRUN", "Says whether a user could run a command, without running it.", atLeast(4), "O(1)")
            .since("7.0.0").arguments(string("username"), string("command"), string("arg").optional().multiple())
            .handledBy(AclReports::dryRun);
        administration(table, "ACL|LOG", "Lists what was refused of late.", atLeast(2), "O(N) where N is the number of entries shown.")
            .arguments(oneOf(integer("count"), token("RESET")).named("operation").optional()).handledBy(AclReports::log);
        administration(table, "ACL|USERS", "Lists the names of all users.", exactly(2), "O(N) where N is the number of users.")
            .handledBy(AclReports::names);
        administration(table, "ACL|SETUSER", "Makes or changes a user by rules.", atLeast(3), "O(N) where N is the number of rules.")
            .arguments(string("username"), string("rule").optional().multiple())
            .history("6.2.0", "Has rules for channels.", "7.0.0", "Has selectors, and rules for reading and for writing keys.")
            .handledBy(AclCommands::setUser);
        administration(table, "ACL|GETUSER", "Shows the rules of a user.", exactly(3), "O(N) where N is the number of rules.")
            .arguments(string("username")).history("6.2.0", "Shows which channels the user may use.", "7.0.0",
                    "Shows selectors; keys and channels stand there as the rules one would write.")
            .handledBy(AclReports::user);
        command(table, "ACL|GENPASS", "Makes a password of random digits.", atLeast(2), "O(1)").arguments(integer("bits").optional())
            .handledBy(AclReports::password);
        administration(table, "ACL|LIST", "Lists all users as lines of a configuration file.", exactly(2),
                "O(N) where N is the number of users.")
            .handledBy(AclReports::lines);
        command(table, "ACL|WHOAMI", "Says which user the connection is.", exactly(2), "O(1)")
            .handledBy(call -> call.reply().bulk(Texts.bytes(call.client().user().name())));
        HelpText.declare(table, "ACL", "6.0.0", "CAT [<category>]",
                "    List all commands that belong to <category>, or all command categories", "    when no category is specified.",
                "DELUSER <username> [<username> ...]", "    Delete a list of users.", "DRYRUN <username> <command> [<arg> ...]",
                "    Returns whether the user can execute the given command without executing the command.", "GETUSER <username>",
                "    Get the user's details.", "GENPASS [<bits>]",
                "    Generate a secure 256-bit user password. The optional `bits` argument can",
                "    be used to specify a different size.", "LIST", "    Show users details in config file format.", "LOAD",
                "    Reload users from the ACL file.", "LOG [<count> | RESET]", "    Show the ACL log entries.", "SAVE",
                "    Save the current config to the ACL file.", "SETUSER <username> <attribute> [<attribute> ...]",
                "    Create or modify a user with the specified attributes.", "USERS", "    List all the registered usernames.", "WHOAMI",
                "    Return the current connection username.");
    }

    private static CommandBuilder administration(CommandTable table, String name, String summary, Arity arity, String complexity) {
        return command(table, name, summary, arity, complexity).flags(ADMIN);
    }

    private static CommandBuilder command(CommandTable table, String name, String summary, Arity arity, String complexity) {
        return table.command(name).summary(summary).since("6.0.0").complexity(complexity).arity(arity).flags(NOSCRIPT, LOADING, STALE)
            .memory(NEUTRAL);
    }

    private static void setUser(Call call) {
        String name = call.text(2);
        if (Users.isNoName(name)) {
            call.reply().error("ERR Usernames can't contain spaces or null characters");
            return;
        }
        replyProblem(call, call.server().acl().setUser(name, Texts.from(call, 3), call.client()));
    }

    private static void replyProblem(Call call, @Nullable String problem) {
        if (problem == null) {
            call.reply().ok();
        } else {
            call.reply().error("ERR " + problem);
        }
    }

    private static void deleteUsers(Call call) {
        for (int i = 2; i < call.count(); i++) {
            if (call.text(i).equals(Users.DEFAULT)) {
                call.reply().error("ERR The 'default' user cannot be removed");
                return;
            }
        }
        int removed = 0;
        for (int i = 2; i < call.count(); i++) {
            if (call.server().acl().deleteUser(call.text(i), call.client())) {
                removed++;
            }
        }
        call.reply().integer(removed);
    }

    // ---------------------------------------------------------------- files

    private static void load(Call call) {
        if (call.server().acl().file().isEmpty()) {
            call.reply().error(NO_FILE);
        } else if (!movesToFiles(call)) {
            replyProblem(call, call.server().acl().load(call.client()));
        }
    }

    /** The disk may take long, so a lane waits for it. Not within a transaction, which would have to begin anew there. */
    private static boolean movesToFiles(Call call) {
        boolean moves = !call.isInLane() && !call.inTransaction() && call.server().loop() != null;
        if (moves) {
            call.moveToLane();
        }
        return moves;
    }

    private static void save(Call call) {
        if (call.server().acl().file().isEmpty()) {
            call.reply().error(NO_FILE);
            return;
        }
        if (movesToFiles(call)) {
            return;
        }
        String problem = call.server().acl().save();
        if (problem == null) {
            call.reply().ok();
        } else {
            call.server().events().log("acl-save-failed error=\"" + problem + "\"");
            call.reply().error("ERR There was an error trying to save the ACLs. Please check the server logs for more information");
        }
    }
}
