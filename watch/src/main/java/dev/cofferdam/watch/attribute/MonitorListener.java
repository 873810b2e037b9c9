// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.Burst;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Hears for a moment all commands, and keeps who sent how many bytes with which; values are measured and dropped. Only where the user allowed it. Witness, not
 * judge: it shows what is written, which is not what grows. One thread.
 */
final class MonitorListener implements Burst {
    private static final int WRITERS_MAX = 1_000;
    private static final int LINES_MAX = 30_000;

    private final Map<String, Sent> writers = new HashMap<>();
    private int lines;

    /** What one client sent with one command. */
    static final class Sent {
        final String address;
        final String command;
        long bytes;
        long count;

        private Sent(String address, String command) {
            this.address = address;
            this.command = command;
        }
    }

    @Override
    public Request command() {
        return Request.of("MONITOR");
    }

    @Override
    public int protocol() {
        return 2;
    }

    @Override
    public boolean hear(Reply reply) {
        if (reply instanceof Reply.Status status) {
            line(status.text());
        }
        return ++lines < LINES_MAX;
    }

    /** {@code 1339518083.107412 [0 127.0.0.1:60866] "set" "key" "value"}. */
    private void line(String text) {
        int open = text.indexOf(" [");
        int close = text.indexOf("] \"", open);
        int end = close < 0 ? -1 : text.indexOf('"', close + 3);
        int space = text.indexOf(' ', open + 2);
        if (open < 0 || end < 0 || space < 0 || space > close) {
            return;
        }
        String command = text.substring(close + 3, end).toLowerCase(Locale.ROOT);
        if (!ClientTable.isGrowing(command)) {
            return;
        }
        String address = text.substring(space + 1, close);
        Sent sent = writers.get(address + " " + command);
        if (sent == null && writers.size() < WRITERS_MAX) {
            sent = new Sent(KeyText.word(address), KeyText.word(command));
            writers.put(address + " " + command, sent);
        }
        if (sent != null) {
            sent.bytes += text.length() - end;
            sent.count++;
        }
    }

    int lines() {
        return lines;
    }

    /** Most bytes first. */
    List<Sent> writers() {
        return writers.values().stream().sorted(Comparator.comparingLong((Sent each) -> each.bytes).reversed()).toList();
    }
}
