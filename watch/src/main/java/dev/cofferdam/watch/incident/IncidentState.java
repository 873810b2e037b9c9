// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

/** Where an incident stands, in the order it usually takes. */
public enum IncidentState {
    /** Suspected only: a draft nobody has been told of. Dropped without a trace to others when it proves to be nothing. */
    DRAFT,
    /** People were told. */
    OPEN,
    /** Somebody said that they look after it. */
    ACKNOWLEDGED,
    /** The growth has been stopped; watched until it is calm. */
    CONTAINED,
    /** Over. */
    RESOLVED;

    public boolean isLive() {
        return this != RESOLVED;
    }
}
