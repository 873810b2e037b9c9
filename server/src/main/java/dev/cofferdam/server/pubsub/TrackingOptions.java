// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

/** What CLIENT TRACKING ON was asked for, beside REDIRECT and the prefixes. */
public record TrackingOptions(boolean broadcast, boolean optIn, boolean optOut, boolean noLoop) {
}
