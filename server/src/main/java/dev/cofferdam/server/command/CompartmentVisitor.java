// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.keyspace.Compartment;

/**
 * The part of a whole-keyspace reading command that concerns one compartment. With many keys it is asked once per compartment, each in its lane
 * for just that long, so that no other compartment waits.
 */
@FunctionalInterface
public interface CompartmentVisitor {
    /**
     * Answers how many elements the compartment has for the reply, and writes them if {@code write}. Runs on the compartment's owner.
     */
    long visit(Call call, Compartment compartment, boolean write);
}
