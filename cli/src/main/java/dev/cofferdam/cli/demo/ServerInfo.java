// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.RespClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What a server says of itself in INFO. Immutable. */
record ServerInfo(Map<String, String> fields) {
    static ServerInfo of(RespClient client) throws IOException {
        Reply reply = client.call("INFO");
        Map<String, String> fields = new HashMap<>();
        for (String line : String.valueOf(reply.asText()).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return new ServerInfo(Map.copyOf(fields));
    }

    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    private long number(String field) {
        String text = text(field);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    Memory memory(long residentBytes) {
        return new Memory(number("used_memory"), number("maxmemory"), residentBytes, number("evicted_keys"));
    }
}
