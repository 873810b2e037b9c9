// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.server.command.Call;

/** Commands of an open transaction, one after the other as RESP in off-heap memory that an account pays for. Event loop only. */
public interface CommandQueue {
    /** Copies the call's arguments behind the others; false when the account refuses the memory, nothing is changed then. */
    boolean add(Call call);

    int commands();

    /** First byte. */
    long address();

    /** Bytes of RESP. */
    long bytes();
}
