// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON out of maps, lists and plain values, and back into a tree. Stateless. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {
    }

    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Throws a {@link Problem} for what is no JSON object. */
    public static JsonNode object(byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw Problem.badRequest("the body is no JSON: " + e.getOriginalMessage());
        }
        throw Problem.badRequest("the body must be a JSON object");
    }

    /** An object with its members in the order given: name, value, name, value ... A null value leaves its member out. */
    public static Map<String, Object> members(@Nullable Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object name = namesAndValues[i];
            Object value = namesAndValues[i + 1];
            if (name != null && value != null) {
                members.put((String) name, value);
            }
        }
        return members;
    }
}
