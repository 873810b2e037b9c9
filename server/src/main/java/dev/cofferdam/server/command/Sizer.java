// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** A number of bytes derived from a call before it runs; reads the keyspace, changes nothing, replies nothing. */
@FunctionalInterface
public interface Sizer {
    long bytes(Call call);
}
