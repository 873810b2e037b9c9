// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

/**
 * How a channel does, for the metrics and the console. Immutable; counts are since the start.
 *
 * @param delivered messages that arrived
 * @param retried attempts that did not, and were or will be repeated
 * @param dead messages nobody got
 * @param waiting incidents with news that is not out yet
 * @param trouble why the last attempt failed; empty when it did not
 * @param lastDeliveredMillis 0 before the first
 */
public record ChannelState(String name, long delivered, long retried, long dead, int waiting, String trouble, long lastDeliveredMillis) {
}
