// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What takes from a queue and adds nothing to memory; each as a call on a key that shows whether a user may use it. Pure functions.
 *
 * <p>Moves are among them: they add elsewhere what they take here. So are the stream's reads for groups, which must note who has what.
 */
final class DrainCommands {
    private static final String KEY = "\0key";
    private static final List<String> CALLS = List.of(
            "LPOP \0key", "RPOP \0key", "BLPOP \0key 1", "BRPOP \0key 1", "LMPOP 1 \0key LEFT", "BLMPOP 1 1 \0key LEFT",
            "LMOVE \0key \0key LEFT RIGHT", "BLMOVE \0key \0key LEFT RIGHT 1", "RPOPLPUSH \0key \0key", "BRPOPLPUSH \0key \0key 1",
            "LTRIM \0key 0 1", "LREM \0key 1 x",
            "ZPOPMIN \0key", "ZPOPMAX \0key", "BZPOPMIN \0key 1", "BZPOPMAX \0key 1", "ZMPOP 1 \0key MIN", "BZMPOP 1 1 \0key MIN",
            "ZREM \0key x", "ZREMRANGEBYSCORE \0key 0 1", "ZREMRANGEBYRANK \0key 0 1", "ZREMRANGEBYLEX \0key - +",
            "SPOP \0key", "SREM \0key x", "HDEL \0key x",
            "XREADGROUP GROUP g c STREAMS \0key >", "XACK \0key g 1-1", "XDEL \0key 1-1", "XTRIM \0key MAXLEN 1",
            "XCLAIM \0key g c 1 1-1", "XAUTOCLAIM \0key g c 1 0",
            "DEL \0key", "UNLINK \0key", "GETDEL \0key", "EXPIRE \0key 1", "PEXPIRE \0key 1");

    private DrainCommands() {
    }

    /** ACL DRYRUN of each, in the same order as {@link #names}. */
    static List<Command> dryRuns(String user, String key) {
        List<Command> commands = new ArrayList<>();
        for (String call : CALLS) {
            List<String> words = new ArrayList<>(List.of("ACL", "DRYRUN", user));
            for (String word : call.split(" ")) {
                words.add(word.equals(KEY) ? key : word);
            }
            commands.add(new Command(words));
        }
        return commands;
    }

    static List<String> names() {
        return CALLS.stream().map(call -> call.substring(0, call.indexOf(' ')).toLowerCase(Locale.ROOT)).toList();
    }

    /** Rules in brackets: these commands, on the keys the user had. Nobody gets a command or a key he had not. */
    static String selector(List<String> keys, List<String> commands) {
        StringBuilder selector = new StringBuilder("(");
        keys.forEach(key -> selector.append(key).append(' '));
        for (int i = 0; i < commands.size(); i++) {
            selector.append(i == 0 ? "+" : " +").append(commands.get(i));
        }
        return selector.append(')').toString();
    }
}
