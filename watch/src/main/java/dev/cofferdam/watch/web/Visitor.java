// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

/**
 * Who asks. Immutable.
 *
 * @param name of the token's holder, {@code local} without a token on loopback, else {@code nobody}
 * @param known whether a token was shown
 */
public record Visitor(String name, Role role, boolean known) {
}
