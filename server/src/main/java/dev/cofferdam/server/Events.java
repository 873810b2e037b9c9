// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

/**
 * The server's log: one line an event, name first, then key=value. The process decides where lines go; tests collect them. Any thread.
 */
@FunctionalInterface
public interface Events {
    void log(String line);
}
