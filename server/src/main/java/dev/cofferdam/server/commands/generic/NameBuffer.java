// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.memory.Account;
import org.jspecify.annotations.Nullable;

/** Room for one key's name while a sizer looks for values. Owns a run of the connections' account, returned by {@link #close}. */
record NameBuffer(Account account, long address, long bytes) implements AutoCloseable {
    /** Null when the account is refused it. */
    static @Nullable NameBuffer open(Account account, long bytes) {
        long address = account.takeRun(bytes);
        return address == 0 ? null : new NameBuffer(account, address, bytes);
    }

    @Override
    public void close() {
        account.returnRun(address, bytes);
    }
}
