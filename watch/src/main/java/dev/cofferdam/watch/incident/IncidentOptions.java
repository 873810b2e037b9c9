// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

/**
 * When an incident begins, rests and ends, and how much of it is kept. Immutable.
 *
 * @param draftCalmSeconds a draft that is calm so long was nothing and vanishes
 * @param stoppedCalmSeconds growth that rests so long has stopped: the incident is contained, by whatever
 * @param belowOnsetSeconds over when the level stays below that of the onset so long
 * @param calmSeconds over when nothing climbs at all so long; also the time within which two climbs are one incident
 * @param unreachableNotifySeconds the chat hears when a target has not answered so long
 * @param unreachablePageSeconds somebody is woken when it has not answered so long; 0 for never
 * @param figuresSeconds the figures of a live incident are written at least so often, more rarely as it grows old; 0 for each reading
 * @param force which writes are forced to the disk, not only to the operating system
 * @param keptIncidents on disk, the oldest resolved ones are deleted first
 * @param keptBytes on disk
 */
public record IncidentOptions(int draftCalmSeconds, int stoppedCalmSeconds, int belowOnsetSeconds, int calmSeconds,
        int unreachableNotifySeconds, int unreachablePageSeconds, int figuresSeconds, Force force, int keptIncidents, long keptBytes) {

    public static final IncidentOptions DEFAULTS = new IncidentOptions(60, 60, 300, 600, 30, 120, 10, Force.TURNS, 500, 16L << 20);

    /**
     * What survives a crash of the machine. A crash of watch alone loses nothing with any of them: each write reaches the operating system
     * before the call returns.
     */
    public enum Force {
        /** Nothing is forced. */
        NEVER,
        /** Changes of stage or state, names and what people did: some ten a incident. */
        TURNS,
        /** Every write, the figures too. */
        ALWAYS
    }
}
