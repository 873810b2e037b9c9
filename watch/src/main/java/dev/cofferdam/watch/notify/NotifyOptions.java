// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.util.List;

/**
 * Who is told, and how stubbornly. Immutable.
 *
 * @param watcher name of this watch in messages, its host's for instance
 * @param consoleUrl where people reach the console, for links; empty for none
 * @param runbookUrl this team's own; empty for none
 * @param timeLimitSeconds of one attempt
 * @param giveUpSeconds a message that could not be delivered for so long becomes a dead letter
 * @param gapMillis between two messages of one channel at least
 */
public record NotifyOptions(String watcher, String consoleUrl, String runbookUrl, int timeLimitSeconds, int giveUpSeconds, int gapMillis,
        List<ChannelOptions> channels) {

    public static final NotifyOptions DEFAULTS = new NotifyOptions("cofferdam-watch", "", "", 10, 900, 1_000, List.of());

    public NotifyOptions {
        channels = List.copyOf(channels);
    }

    /** The same with these channels. */
    public NotifyOptions with(List<ChannelOptions> others) {
        return new NotifyOptions(watcher, consoleUrl, runbookUrl, timeLimitSeconds, giveUpSeconds, gapMillis, others);
    }
}
