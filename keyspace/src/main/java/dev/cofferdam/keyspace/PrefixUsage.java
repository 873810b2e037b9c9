// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * What the keys of one prefix hold. Immutable, any thread.
 *
 * @param id number of the prefix in its compartment; 0 is what has no prefix of its own
 * @param name the leading part of the keys' names, separator included; empty for names without separators
 * @param growthBytes change of {@code bytes} in the current interval
 */
public record PrefixUsage(int id, String name, long bytes, long keys, long growthBytes) {
}
