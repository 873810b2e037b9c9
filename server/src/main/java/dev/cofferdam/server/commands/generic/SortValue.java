// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.DecimalText;

/** A value a pattern of SORT has found: bytes where they lie, or a number that has none. Reused; valid until the value changes. */
final class SortValue {
    long address;
    int length;
    boolean isNumber;
    long number;

    void set(long newAddress, int newLength) {
        address = newAddress;
        length = newLength;
        isNumber = false;
    }

    void setNumber(long value) {
        number = value;
        length = DecimalText.length(value);
        isNumber = true;
    }
}
