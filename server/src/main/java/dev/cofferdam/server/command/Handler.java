// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** What a command does. Runs on the thread that owns the compartments of its keys; must not keep the call. */
@FunctionalInterface
public interface Handler {
    void run(Call call);
}
