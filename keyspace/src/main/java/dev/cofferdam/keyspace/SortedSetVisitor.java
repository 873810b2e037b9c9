// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** What a scan of a sorted set hands out. Must not change the compartment. */
@FunctionalInterface
public interface SortedSetVisitor {
    void visit(long address, int length, double score);
}
