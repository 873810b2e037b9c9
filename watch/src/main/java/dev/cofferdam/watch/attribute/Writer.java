// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

/**
 * A client that writes while memory climbs. Immutable.
 *
 * @param name of CLIENT SETNAME, or empty
 * @param library of CLIENT SETINFO, or empty
 * @param command it was last seen with
 * @param bytesPerSecond it sent, or 0 where the target does not tell
 */
public record Writer(long id, String address, String name, String user, String library, String command, double bytesPerSecond) {
}
