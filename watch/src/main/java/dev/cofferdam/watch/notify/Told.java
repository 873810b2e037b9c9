// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.CulpritText;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;

/**
 * What a channel's readers know of an incident. Immutable.
 *
 * @param signature of what mattered in it, see {@link #signature}
 * @param reference of the message, by which it can be changed
 * @param messages so far
 */
record Told(String channel, String incident, String signature, Stage stage, boolean over, String reference, int messages, long atMillis) {

    /** Two states of an incident with the same signature are the same news to this kind of channel. */
    static String signature(Incident incident, boolean canUpdate) {
        boolean over = incident.state() == IncidentState.RESOLVED;
        String main = incident.stage() + " " + incident.concern() + " " + CulpritText.name(incident.attribution()) + (over ? " over" : "");
        return canUpdate ? main + " " + incident.state() + " " + incident.reading().concern() + " " + MessageText.person(incident) : main;
    }
}
