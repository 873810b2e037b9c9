// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.resp.GlobPattern;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ChannelUse;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import java.util.List;
import java.util.Map;

/**
 * One set of permissions: commands, keys and channels that go together. A user has one, and may have more in parentheses; a call must be permitted whole by
 * one of them.
 *
 * <p>Immutable, any thread; checking allocates nothing. A bit for each command says whether it may be called; one bit behind them stands for commands to come,
 * which only "all commands" sets.
 */
final class Selector {
    final boolean allKeys;
    final boolean allChannels;
    /** All commands, and none taken away since: no bit needs to be looked at. */
    final boolean allCommands;
    final CommandBits commands;
    /** First arguments that are allowed of commands whose bit is not set ({@code +select|0}), by command number. */
    final Map<Integer, List<String>> firstArguments;
    final List<KeyPattern> keys;
    final List<GlobPattern> channels;

    private final GlobPattern[] channelGlobs;
    private final KeyPattern[] keyPatterns;

    Selector(SelectorEditor from) {
        allKeys = from.allKeys;
        allChannels = from.allChannels;
        allCommands = from.allCommands;
        commands = from.commands.copy();
        firstArguments = from.copyOfFirstArguments();
        keys = List.copyOf(from.keys);
        channels = List.copyOf(from.channels);
        channelGlobs = channels.toArray(GlobPattern[]::new);
        keyPatterns = keys.toArray(KeyPattern[]::new);
    }

    boolean permitsEverything() {
        return allKeys && allChannels && allCommands;
    }

    /** {@link Denial#NONE}, or why not. */
    long check(Command command, Call call) {
        if (!allCommands && !commands.has(command.number()) && !command.has(Flag.NO_AUTH) && !permitsFirstArgument(command, call)) {
            return Denial.COMMAND;
        }
        if (!allKeys) {
            for (int s = 0; s < command.keySpecs(); s++) {
                long denial = checkKeys(command.keySpec(s), call);
                if (denial != Denial.NONE) {
                    return denial;
                }
            }
        }
        return allChannels || command.channels() == ChannelUse.NONE ? Denial.NONE : checkChannels(command.channels(), call);
    }

    private boolean permitsFirstArgument(Command command, Call call) {
        List<String> allowed = firstArguments.isEmpty() || call.count() < 2 ? null : firstArguments.get(command.number());
        if (allowed == null) {
            return false;
        }
        for (int i = 0; i < allowed.size(); i++) {
            if (Bytes.sameInAnyCase(allowed.get(i), call.address(1), call.length(1))) {
                return true;
            }
        }
        return false;
    }

    private long checkKeys(KeySpec spec, Call call) {
        KeyUse use = spec.use(call);
        int count = spec.count(call);
        for (int n = 0; n < count; n++) {
            int argument = spec.argument(call, n);
            if (!permitsKey(call.address(argument), call.length(argument), use.showsValue(), use.changesValue())) {
                return Denial.key(argument);
            }
        }
        return Denial.NONE;
    }

    private boolean permitsKey(long address, int length, boolean toRead, boolean toWrite) {
        for (KeyPattern pattern : keyPatterns) {
            if (pattern.permits(toRead, toWrite) && pattern.glob().matches(address, length)) {
                return true;
            }
        }
        return false;
    }

    private long checkChannels(ChannelUse use, Call call) {
        int count = use.count(call);
        for (int argument = 1; argument <= count; argument++) {
            if (!permitsChannel(call.address(argument), call.length(argument), use == ChannelUse.SUBSCRIBES_TO_PATTERNS)) {
                return Denial.channel(argument);
            }
        }
        return Denial.NONE;
    }

    /** A pattern to subscribe to must be one of the patterns themselves: whether one pattern lies within another is not looked into, as in Redis. */
    boolean permitsChannel(long address, int length, boolean isPattern) {
        for (GlobPattern channel : channelGlobs) {
            if (isPattern ? Bytes.same(channel.text(), address, length) : channel.matches(address, length)) {
                return true;
            }
        }
        return false;
    }

    /** Every key may be read: what SORT's BY and GET need, which name keys that nobody knows before. */
    boolean readsEveryKey() {
        if (allKeys) {
            return true;
        }
        for (KeyPattern pattern : keyPatterns) {
            if (pattern.reads() && pattern.glob().text().equals("*")) {
                return true;
            }
        }
        return false;
    }
}
