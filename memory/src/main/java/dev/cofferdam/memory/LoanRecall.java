// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

/** Gets back what others borrowed of an account's reserve: what an {@link Account} asks before it refuses. */
@FunctionalInterface
public interface LoanRecall {
    /**
     * Gets {@code bytes} for the account and sets them aside ({@link Account#hold}), lest a borrower takes them again before the account does. On the thread
     * that wants them, which may wait. False when there are none to be had, or this thread must not ask.
     */
    boolean recallAndHold(Account account, long bytes);
}
