// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.watch.probe.Burst;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hears for a moment which keys are written: the server tells their names, as it would tell a client that caches them. Names only, so it costs little and finds at once the single new key
 * that grows. One thread.
 */
final class WriteListener implements Burst {
    private static final int KEYS_MAX = 5_000;
    private static final int HEARD_MAX = 200_000;

    private final Map<String, Integer> written = new HashMap<>();
    private int heard;

    @Override
    public Request command() {
        return Request.of("CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP");
    }

    @Override
    public int protocol() {
        return 3;
    }

    @Override
    public boolean hear(Reply reply) {
        if (reply instanceof Reply.Push push && push.items().size() == 2 && push.items().get(1) instanceof Reply.Items names) {
            for (Reply name : names.items()) {
                heard++;
                if (name instanceof Reply.Bulk bulk) {
                    String key = new String(bulk.bytes(), StandardCharsets.ISO_8859_1);
                    if (written.size() < KEYS_MAX || written.containsKey(key)) {
                        written.merge(key, 1, Integer::sum);
                    }
                }
            }
        }
        return heard < HEARD_MAX;
    }

    /** Names told, with repetitions. */
    int heard() {
        return heard;
    }

    /** Those written most often first. */
    List<byte[]> keys(int max) {
        List<Map.Entry<String, Integer>> keys = new ArrayList<>(written.entrySet());
        keys.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()));
        return keys.stream().limit(max).map(each -> each.getKey().getBytes(StandardCharsets.ISO_8859_1)).toList();
    }
}
