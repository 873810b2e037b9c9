// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/** How far containment may go by itself. In rising order. */
public enum ContainLevel {
    /** Nothing is planned. */
    OBSERVE,
    /** Plans are made, with reads only; nobody can apply them here. */
    PROPOSE,
    /** A person may apply a plan. */
    APPLY,
    /** What the allow-list names is applied without a person, within its budget. */
    AUTO;

    public boolean atLeast(ContainLevel other) {
        return compareTo(other) >= 0;
    }
}
