// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/** What a detector is worried about. */
public enum Concern {
    NONE,
    /** Memory climbs towards the limit faster than this target is known to. */
    CLIMB,
    /** The limit is reached and writes are refused. */
    FULL,
    /** Weeks of slow growth; a ticket, never a page. */
    SLOW_LEAK,
    /** The buffers of clients or replicas climb, not the data. */
    CLIENT_BUFFERS,
    /** An evicting target gives up keys far faster than it used to. */
    EVICTION_STORM,
    /** An evicting target finds far fewer of the keys it is asked for. */
    HIT_RATE_FALL,
    /** The target does not answer. Said by the probe, not by a detector. */
    UNREACHABLE
}
