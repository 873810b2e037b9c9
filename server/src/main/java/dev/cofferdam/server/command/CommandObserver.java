// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** Hears of each executed command: SLOWLOG and latency figures. Event loop; must be quick and allocate nothing in the usual case. */
public interface CommandObserver {
    void executed(Call call, long nanos);

    /** So many equal commands for one key, of which this is the first, took so long together. */
    void executed(Call call, int times, long nanos);

    /** True when it must hear of the single command that took so long, not only of how many there were. Any thread. */
    boolean notes(long nanos);
}
