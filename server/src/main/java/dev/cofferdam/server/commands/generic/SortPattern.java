// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CallText;
import dev.cofferdam.server.command.ValueType;

/**
 * A pattern of SORT, cut at its star and its arrow: {@code weight_*->field} names for element 7 the field of the hash {@code weight_7}, {@code #} the element itself.
 * Made per command; points into its arguments. A pattern without star names nothing. A zero byte ends the search for star and arrow, as in Redis.
 */
final class SortPattern {
    private final long address;
    private final int star;
    private final long suffix;
    private final int suffixLength;
    private final long field;
    private final int fieldLength;
    private final boolean isElement;

    SortPattern(Call call, int argument) {
        address = call.address(argument);
        int length = call.length(argument);
        int text = CallText.lengthToNul(address, length);
        isElement = text == 1 && Mem.getByte(address) == '#';
        star = CallText.indexOf('*', address, text);
        int arrow = arrow(text);
        boolean hasField = arrow >= 0 && arrow + 2 < text;
        suffix = address + star + 1;
        suffixLength = (hasField ? arrow : length) - star - 1;
        field = address + arrow + 2;
        fieldLength = hasField ? length - arrow - 2 : -1;
    }

    private int arrow(int text) {
        for (int i = star + 1; star >= 0 && i + 1 < text; i++) {
            if (Mem.getByte(address + i) == '-' && Mem.getByte(address + i + 1) == '>') {
                return i;
            }
        }
        return -1;
    }

    /** Bytes of the names it makes, beside those of the element. */
    int nameLength() {
        return star < 0 ? 0 : star + suffixLength;
    }

    /**
     * Finds what the pattern names for an element.
     *
     * @param name where the key's name is put together: {@link #nameLength()} bytes and those of the element
     * @param counts as a use of the key, in a command that runs; a sizer only looks
     */
    boolean find(Call call, Key key, long name, long element, int length, boolean counts, SortValue value) {
        if (isElement) {
            value.set(element, length);
            return true;
        }
        if (star < 0) {
            return false;
        }
        Mem.copy(address, name, star);
        Mem.copy(element, name + star, length);
        Mem.copy(suffix, name + star + length, suffixLength);
        int nameLength = star + length + suffixLength;
        if (!(counts ? call.lookUp(key, name, nameLength) : call.lookAt(key, name, nameLength))) {
            return false;
        }
        if (fieldLength >= 0) {
            if (ValueType.of(key.kind()) != ValueType.HASH || !key.compartment().hashes().get(key, field, fieldLength)) {
                return false;
            }
            Slice found = key.compartment().hashes().value;
            value.set(found.address, found.length);
            return true;
        }
        if (!StringValues.isString(key.kind())) {
            return false;
        }
        if (StringValues.isInteger(key)) {
            value.setNumber(StringValues.integer(key));
        } else {
            value.set(key.valueAddress(), (int) key.valueLength());
        }
        return true;
    }
}
