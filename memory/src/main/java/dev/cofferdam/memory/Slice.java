// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.nio.charset.StandardCharsets;

/**
 * A byte range somewhere off-heap: an out-parameter that is filled and read again at once.
 *
 * <p>Owns nothing; made once per caller and reused, so that a lookup can hand back an address and a length without allocating. Valid until
 * the next change of the compartment it points into.
 */
public final class Slice {
    /** First byte. */
    public long address;
    /** Bytes. */
    public int length;

    public Slice set(long newAddress, int newLength) {
        address = newAddress;
        length = newLength;
        return this;
    }

    /** True when both ranges hold the same bytes. */
    public boolean sameBytes(long otherAddress, int otherLength) {
        return length == otherLength && Mem.equal(address, otherAddress, length);
    }

    /** A heap copy, for logs and tests. */
    public byte[] bytes() {
        return Mem.bytes(address, length);
    }

    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.ISO_8859_1);
    }
}
