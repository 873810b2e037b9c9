// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandFamilies;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.commands.connection.ClientLine;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.net.EventLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Access control of a server: who a connection is, what it may do, and what was refused.
 *
 * <p>Owns the users and the log. Event loop only; {@link #refusalInScript} from lanes too. What always holds: a connection whose user is gone, or lost a channel
 * it listens to, is closed before the change is answered.
 */
public final class Acl {
    private static final int COMPANION_PASSWORD_DIGITS = 64;
    private static final String TOP_LEVEL = "toplevel";
    private static final String TRANSACTION = "multi";
    private static final String SCRIPT = "lua";
    public static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NOT_AUTHENTICATED = "NOAUTH Authentication required.";

    private final Server server;
    private final Users users;
    private final AccessLog log = new AccessLog();
    private final PasswordSeed passwords = new PasswordSeed();
    private String file = "";

    public Acl(Server server) {
        this.server = server;
        this.users = new Users(server.commands(), name -> compartment(name) != null);
    }

    public Users users() {
        return users;
    }

    public AccessLog log() {
        return log;
    }

    // ---------------------------------------------------------------- being somebody

    /** A connection that has not said who it is must do so first. */
    public boolean needsAuthentication() {
        Rules rules = users.defaultUser().rules();
        return !rules.noPassword || !rules.enabled;
    }

    /** The default user has no password: anybody who can connect is let in. */
    public boolean isOpenToAll() {
        return users.defaultUser().rules().noPassword;
    }

    /** True when the client must authenticate before anything else. */
    public boolean mustAuthenticate(Client client) {
        return !client.isAuthenticated() && needsAuthentication();
    }

    /** Makes the client the default user, as it is when it connects, and after RESET. */
    public void begin(Client client) {
        become(client, users.defaultUser());
        client.setAuthenticated(!needsAuthentication());
    }

    /** The connection belongs to the user's compartment then, or to none. */
    private void become(Client client, User user) {
        client.setUser(user);
        client.bindTo(compartment(user.rules().compartment));
    }

    private @Nullable Compartment compartment(String name) {
        for (int i = 0; i < server.keyspace().compartmentCount(); i++) {
            if (server.keyspace().compartment(i).name().equals(name)) {
                return server.keyspace().compartment(i);
            }
        }
        return null;
    }

    /** Makes the client that user if the password is right; else notes the attempt. */
    public boolean logIn(Call call, String name, byte[] password) {
        User user = users.named(name);
        if (user != null && user.rules().enabled && (user.rules().noPassword || PasswordHash.isOneOf(password, user.rules().passwords))) {
            become(call.client(), user);
            call.client().setAuthenticated(true);
            return true;
        }
        server.statistics().deniedLogins++;
        note(Denial.KIND_AUTH, call.client().inMulti() ? TRANSACTION : TOP_LEVEL, call.text(0, AclLimits.LOG_OBJECT_MAX_BYTES),
                name.substring(0, Math.min(name.length(), AclLimits.LOG_OBJECT_MAX_BYTES)), call.client());
        return false;
    }

    /** So many random hexadecimal digits. */
    public String randomPassword(int digits) {
        return passwords.hexadecimal(digits);
    }

    // ---------------------------------------------------------------- being allowed

    /** Why the client may not run the call now, as an error, or null. For clients that are not known to be allowed everything. */
    public @Nullable String refusal(Call call, Command command) {
        Client client = call.client();
        if (mustAuthenticate(client) && !command.has(Flag.NO_AUTH)) {
            return NOT_AUTHENTICATED;
        }
        if (client.inMulti() && command.has(Flag.NO_MULTI)) {
            return null; // refused for that, by the dispatcher
        }
        long denial = client.user().check(command, call);
        if (denial == Denial.NONE) {
            return null;
        }
        client.tried(command.name());
        note(denial, client.inMulti() ? TRANSACTION : TOP_LEVEL, call, command);
        return switch (Denial.kind(denial)) {
            case Denial.KIND_COMMAND -> "NOPERM this user has no permissions to run the '" + command.name() + "' command";
            case Denial.KIND_KEY -> "NOPERM this user has no permissions to access one of the keys used as arguments";
            default -> "NOPERM this user has no permissions to access one of the channels used as arguments";
        };
    }

    /** The same of a command that was allowed when MULTI queued it. */
    public @Nullable String refusalAtExec(Call call, Command command) {
        long denial = call.client().user().check(command, call);
        if (denial == Denial.NONE) {
            return null;
        }
        note(denial, TRANSACTION, call, command);
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for"
                + " the following reason: " + switch (Denial.kind(denial)) {
                    case Denial.KIND_COMMAND -> "no permission to execute the command or subcommand";
                    case Denial.KIND_KEY -> "no permission to touch the specified keys";
                    default -> "no permission to access one of the channels used as arguments to the command";
                };
    }

    /** The same of a script's command; may be asked in a lane. */
    public @Nullable String refusalInScript(Call call, Command command, boolean inLane) {
        long denial = call.client().user().check(command, call);
        if (denial == Denial.NONE) {
            return null;
        }
        EventLoop loop = server.loop();
        if (inLane && loop != null) {
            String object = object(denial, call, command);
            Client client = call.client();
            String user = client.user().name();
            loop.submit(() -> {
                count(Denial.kind(denial));
                note(Denial.kind(denial), SCRIPT, object, user, client);
            });
        } else {
            note(denial, SCRIPT, call, command);
        }
        return "ERR The user executing the script " + switch (Denial.kind(denial)) {
            case Denial.KIND_COMMAND -> "can't run this command or subcommand";
            case Denial.KIND_KEY -> "can't access at least one of the keys mentioned in the command arguments";
            default -> "can't publish to the channel mentioned in the command";
        };
    }

    /** The call's user may run it, and read any key besides: SORT with BY or GET. */
    public boolean mayReadEveryKey(Call call) {
        User user = call.client().user();
        return user.isUnrestricted() || user.rules().readsEveryKey(call.command(), call);
    }

    private static String object(long denial, Call call, Command command) {
        return Denial.kind(denial) == Denial.KIND_COMMAND
                ? command.name()
                : call.text(Denial.argument(denial), AclLimits.LOG_OBJECT_MAX_BYTES);
    }

    private void note(long denial, String context, Call call, Command command) {
        count(Denial.kind(denial));
        note(Denial.kind(denial), context, object(denial, call, command), call.client().user().name(), call.client());
    }

    private void count(int kind) {
        switch (kind) {
            case Denial.KIND_COMMAND -> server.statistics().deniedCommands++;
            case Denial.KIND_KEY -> server.statistics().deniedKeys++;
            default -> server.statistics().deniedChannels++;
        }
    }

    private void note(int kind, String context, String object, String user, Client client) {
        log.add(new AccessLog.Entry(kind, context, object, user, ClientLine.of(client, server.nowMillis()), server.nowMillis()));
    }

    // ---------------------------------------------------------------- changing users

    /** ACL SETUSER: answers what is wrong with the rules, or null when they are in force. */
    public @Nullable String setUser(String name, List<String> rules, Client caller) {
        Users.Change change = users.plan(name, rules);
        if (change.rules() == null) {
            return change.problem();
        }
        User user = users.named(name);
        if (user != null) {
            LostChannels.closeWhoLost(user, change.rules(), server.clients(), caller);
        }
        users.put(name, change.rules());
        return null;
    }

    /** ACL DELUSER of one user; false when there is none. */
    public boolean deleteUser(String name, Client caller) {
        User user = users.remove(name);
        if (user == null) {
            return false;
        }
        closeClientsOf(Set.of(user), caller);
        return true;
    }

    private void closeClientsOf(Set<User> gone, @Nullable Client caller) {
        server.clients().forEach(client -> {
            if (gone.contains(client.user())) {
                client.setUser(users.defaultUser());
                client.setAuthenticated(false);
                if (client == caller) {
                    client.closeAfterReply();
                } else {
                    client.close("its user was removed");
                }
            }
        });
    }

    /**
     * A user for a process of our own beside the server, before clients come: answers its password, which is drawn here and nowhere written down. Rules that are refused are
     * a mistake of the program.
     */
    public String addCompanion(String name, List<String> rules) {
        String password = randomPassword(COMPANION_PASSWORD_DIGITS);
        List<String> all = new ArrayList<>(List.of("reset", "on", ">" + password));
        all.addAll(rules);
        Users.Change change = users.plan(name, all);
        if (change.rules() == null) {
            throw new IllegalArgumentException("user " + name + ": " + change.problem());
        }
        users.put(name, change.rules());
        return password;
    }

    /** requirepass: the default user's only password, or none. */
    public void setDefaultPassword(String password) {
        if (password.isEmpty()) {
            users.changeDefault("nopass");
        } else {
            users.changeDefault("resetpass", ">" + password);
        }
    }

    // ---------------------------------------------------------------- files

    /** aclfile; empty for none. */
    public String file() {
        return file;
    }

    public void setFile(String path) {
        file = path;
    }

    public void setChannelsByDefault(boolean value) {
        users.setChannelsByDefault(value);
    }

    public void setLogMaxEntries(long count) {
        log.setMaxEntries(count);
    }

    /** ACL LOAD, and the start: users as the file has them, or what is wrong with it, and then nothing changed. In a lane only what is done to users is done by the loop. */
    public @Nullable String load(@Nullable Client caller) {
        Path path = Path.of(file).toAbsolutePath();
        AclFile.Contents contents = AclFile.contents(path, path.toString());
        return onLoop(() -> adopt(contents, caller), "the server shuts down");
    }

    private @Nullable String adopt(AclFile.Contents contents, @Nullable Client caller) {
        Users read = users.emptyCopy();
        String problem = contents.into(read);
        if (problem == null) {
            closeClientsOf(Set.copyOf(users.replaceBy(read)), caller);
        }
        return problem;
    }

    /** ACL SAVE: answers what went wrong, or null. In a lane the disk is waited for there. */
    public @Nullable String save() {
        String text = onLoop(() -> AclFile.text(users), "");
        return text.isEmpty() ? "the server shuts down" : AclFile.write(Path.of(file).toAbsolutePath(), text);
    }

    /** Has the thread that owns the users do it: at once where that is the caller's; {@code otherwise} when the server ends meanwhile. */
    private <T extends @Nullable Object> T onLoop(Callable<T> what, T otherwise) {
        EventLoop loop = server.loop();
        if (loop != null && !loop.isCurrentThread() && loop.isRunning()) {
            return loop.ask(what, otherwise);
        }
        try {
            return what.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Users of "user" lines in the configuration, at the start: answers what is wrong with them. */
    public List<String> loadConfigured(List<List<String>> lines) {
        List<String> problems = users.load(lines);
        for (User user : users.all()) {
            if (!user.rules().enabled) {
                server.events().log("acl-user-disabled user=\"" + user.name() + "\" reason=\"there is no 'on' among its rules\"");
            }
        }
        return problems;
    }

    /** What is wrong with the users a configuration names, without a server. */
    public static List<String> problemsOf(Configuration configuration) {
        CommandTable table = new CommandTable();
        CommandFamilies.declareAll(table);
        Users users = new Users(table, name -> configuration.plan().compartments().stream().anyMatch(plan -> plan.name().equals(name)));
        users.setChannelsByDefault(configuration.get(Directives.ACL_PUBSUB_DEFAULT).equals("allchannels"));
        String file = fileOf(configuration);
        if (file.isEmpty()) {
            return users.load(configuration.users());
        }
        String problem = AclFile.read(Path.of(file).toAbsolutePath(), file, users);
        return problem == null ? List.of() : List.of(problem);
    }

    /** The ACL file a configuration names, empty for none: as Redis, which has gone to the folder "dir" when it opens the file. */
    public static String fileOf(Configuration configuration) {
        String file = configuration.get(Directives.ACLFILE);
        return file.isEmpty() ? "" : Path.of(configuration.matching(List.of("dir")).getOrDefault("dir", ".")).resolve(file).toString();
    }

    /** "user" lines that make all users again, for CONFIG REWRITE. */
    public List<String> lines() {
        return users.all().stream().map(users::line).toList();
    }

}
