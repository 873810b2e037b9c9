// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * How a compartment is set up.
 *
 * @param name as in COMPARTMENT INFO
 * @param reserveBytes always there for it
 * @param maxBytes never more than this
 * @param full what happens when it is full
 */
public record CompartmentOptions(String name, long reserveBytes, long maxBytes, FullPolicy full) {
}
