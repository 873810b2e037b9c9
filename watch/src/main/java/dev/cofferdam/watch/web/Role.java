// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

/** What a visitor may do; each may do what those before it may. */
public enum Role {
    /** Anybody at all. */
    PUBLIC,
    /** Look. */
    VIEWER,
    /** Acknowledge, note, resolve, propose a plan, draft for the status page. */
    RESPONDER,
    /** Approve and apply plans, publish on the status page. */
    ADMIN;

    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
