// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/**
 * What a command does when it comes several times in a row, for the same key: as if it were handled so often, one after the other, with the key looked up once.
 *
 * <p>Event loop only; must not keep the call. Argument {@code i} of the n-th repetition is argument {@code n * call.count() + i} of the call, which is the first one's.
 * Called only when nobody hears of single commands: no transaction, no effects, no events, no client that waits for this key.
 */
public interface RepeatHandler {
    /** Bytes of replies that must fit where the first one's goes, so that nothing is sent in the middle. */
    int REPLY_BYTES = 32;

    /** Upper bound of what all of them together may need, instead of {@link Command#bound()}. */
    long bound(Call call, int times);

    /** Executes up to {@code times} of them, writes their replies and adds one to {@link Call#executed} behind each. The others, perhaps all, are handled one by one. */
    void run(Call call, int times);
}
