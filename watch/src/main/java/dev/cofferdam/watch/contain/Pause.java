// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/** How to wait: the machine's way, or a test's, which turns its clock. */
@FunctionalInterface
public interface Pause {
    void millis(long millis) throws InterruptedException;

    static Pause real() {
        return Thread::sleep;
    }
}
