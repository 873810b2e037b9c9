// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One declared command or sub-command: everything the server and its documents know about it, and its statistics.
 *
 * <p>Immutable after declaration except for {@link #statistics()}, which the event loop alone writes.
 */
public final class Command {
    private final String name;
    private final String summary;
    private final String since;
    private final String complexity;
    private final String group;
    private final Arity arity;
    private final EnumSet<Flag> flags;
    private final Memory memory;
    private final KeySpec[] keys;
    private final boolean wholeKeyspace;
    private final List<Argument> arguments;
    private final List<String> tips;
    private final @Nullable Sizer bound;
    private final @Nullable Sizer need;
    private final Handler handler;
    private final @Nullable RepeatHandler repeated;
    private final @Nullable CommandIndex subcommands;
    private final @Nullable CompartmentVisitor visitor;
    private final int visitorPattern;
    private final CommandStatistics statistics = new CommandStatistics();
    private final boolean writes;
    private final boolean reads;
    private final int singleKey;
    private final int memberArgument;
    private final boolean countsKeys;
    private final boolean takesTexts;
    private final int number;
    private final long categories;
    private final ChannelUse channels;
    private final KeySpec[] shownKeys;
    private final CommandHistory history;
    private final boolean isInternal;
    private final boolean usesFiles;

    Command(CommandBuilder from, int number) {
        this.number = number;
        name = from.name;
        summary = from.summary;
        since = from.since;
        complexity = from.complexity;
        group = from.group;
        arity = from.required(from.arity, "arity");
        flags = from.flags.clone();
        memory = from.required(from.memory, "memory");
        keys = from.keys.clone();
        wholeKeyspace = from.wholeKeyspace;
        arguments = List.copyOf(from.arguments);
        tips = List.copyOf(from.tips);
        bound = from.bound;
        need = from.need;
        handler = from.required(from.handler, "handler");
        repeated = from.repeated;
        subcommands = from.isContainer ? new CommandIndex() : null;
        visitor = from.visitor;
        visitorPattern = from.visitorPattern;
        writes = flags.contains(Flag.WRITE);
        reads = flags.contains(Flag.READONLY);
        channels = from.channels;
        shownKeys = from.shownKeys == null ? keys : from.shownKeys.clone();
        history = new CommandHistory(from.changes, from.deprecation);
        isInternal = from.isInternal;
        usesFiles = from.usesFiles;
        categories = Category.of(name, group, flags, from.isContainer);
        takesTexts = keys.length == 0 && (group.equals("server") || group.equals("connection")) && !isForData(name);
        singleKey = keys.length == 1 && keys[0].isSingle() ? keys[0].position() : 0;
        countsKeys = keys.length == 1 && keys[0].isCounted();
        memberArgument = singleKey > 0 ? MemberArgument.in(arguments) : MemberArgument.NONE;
    }

    /** Commands of these groups whose arguments are not names and values of settings, so that they may be as large as data. */
    private static boolean isForData(String name) {
        return name.equals("echo") || name.equals("ping") || name.startsWith("command|getkeys") || name.equals("acl|dryrun");
    }

    /** A number among its arguments says how many keys follow, as of EVALSHA. */
    boolean countsKeys() {
        return countsKeys;
    }

    /** Of a command that {@link #countsKeys}: where the first key stands; 0 when there is none. */
    int firstCountedKey(Call call) {
        return keys[0].count(call) > 0 ? keys[0].argument(call, 0) : 0;
    }

    /** Its arguments become texts on the Java heap, which has no room for those of a million: they are few and short, or refused. */
    boolean takesTexts() {
        return takesTexts;
    }

    /** Place in the table, from 0: users' rules have a bit for it. */
    public int number() {
        return number;
    }

    /** What access rules count it as: {@link Category#bit()} of each. */
    public long categories() {
        return categories;
    }

    public boolean isIn(Category category) {
        return (categories & category.bit()) != 0;
    }

    /** Which arguments are channels. */
    public ChannelUse channels() {
        return channels;
    }

    /** Lower case; a sub-command as "client|list". */
    public String name() {
        return name;
    }

    public String summary() {
        return summary;
    }

    public String since() {
        return since;
    }

    public String complexity() {
        return complexity;
    }

    /** Group of COMMAND DOCS: "string", "list", "connection" ... */
    public String group() {
        return group;
    }

    public Arity arity() {
        return arity;
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    public Set<Flag> flags() {
        return EnumSet.copyOf(flags.isEmpty() ? EnumSet.noneOf(Flag.class) : flags);
    }

    public boolean writes() {
        return writes;
    }

    /** True for what is declared {@link Flag#READONLY}. */
    public boolean reads() {
        return reads;
    }

    public Memory memory() {
        return memory;
    }

    public int keySpecs() {
        return keys.length;
    }

    public KeySpec keySpec(int index) {
        return keys[index];
    }

    /** The key specifications as COMMAND INFO gives them. */
    public List<KeySpec> shownKeys() {
        return List.of(shownKeys);
    }

    public CommandHistory history() {
        return history;
    }

    /** For those who test a server and for servers among themselves, not for applications; Redis says {@code syscmd} of it. */
    public boolean isInternal() {
        return isInternal;
    }

    /** The lane it asks for is that of files. */
    public boolean usesFiles() {
        return usesFiles;
    }

    /** Works on more than named keys: FLUSHALL, KEYS, SWAPDB ... */
    public boolean wholeKeyspace() {
        return wholeKeyspace;
    }

    /** It does what a script says, to other keys too than those it names. */
    public boolean runsScript() {
        return keys.length > 0 && group.equals("scripting");
    }

    /** Position of the only key when the command has exactly one at a fixed place; 0 otherwise. */
    public int singleKey() {
        return singleKey;
    }

    /** Position of the argument that most likely names a field or member of the only key's value, in a call of so many arguments; 0 when there is none. */
    int memberArgument(int callArguments) {
        int position = memberArgument == MemberArgument.LAST ? callArguments - 1 : memberArgument;
        return position < callArguments ? position : 0;
    }

    public List<Argument> arguments() {
        return arguments;
    }

    /** Hints of COMMAND INFO ("nondeterministic_output" ...). */
    public List<String> tips() {
        return tips;
    }

    /** Upper bound of what a call may need, when the general formula does not cover it. */
    public @Nullable Sizer bound() {
        return bound;
    }

    /** Exact growth of a call; 0 means it is admitted at full. */
    public @Nullable Sizer need() {
        return need;
    }

    public Handler handler() {
        return handler;
    }

    /** Not null for a command that can be executed several times at once. */
    public @Nullable RepeatHandler repeated() {
        return repeated;
    }

    /** Not null for a command that visits the compartments one by one. */
    public @Nullable CompartmentVisitor visitor() {
        return visitor;
    }

    /** Argument with the pattern of the keys that it is about; 0 when it is about all. */
    int visitorPattern() {
        return visitorPattern;
    }

    public @Nullable CommandIndex subcommands() {
        return subcommands;
    }

    public CommandStatistics statistics() {
        return statistics;
    }

    @Override
    public String toString() {
        return name;
    }
}
