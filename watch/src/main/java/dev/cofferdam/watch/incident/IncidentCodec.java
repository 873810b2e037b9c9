// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One turn of an incident as one line of JSON: everything but the timeline as it stands, and the lines that are new. Since each turn carries
 * the state and not only what happened, a later version with other rules never changes what was. Stateless, any thread.
 *
 * <p>The last field is a CRC-32C, in hexadecimal, of all that stands before it: {@code {"format":1,…,"crc":"0a1b2c3d"}}.
 */
final class IncidentCodec {
    static final int FORMAT = 1;
    private static final String CHECKSUM = ",\"crc\":\"";
    private static final int TAIL = CHECKSUM.length() + 8 + 2;

    private static final JsonMapper MAPPER = JsonMapper.builder()
        .addMixIn(Culprit.class, TypedCulprit.class)
        .registerSubtypes(Culprit.Prefix.class, Culprit.Key.class, Culprit.ClientBuffer.class, Culprit.ServerOverhead.class,
                Culprit.Undecided.class)
        .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
        // What a later version adds or leaves out must not hide the rest.
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build();

    /** The name of the kind goes beside its fields, under a word that none of them has. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface TypedCulprit {
    }

    /**
     * @param attribution null when it is that of the turn before
     * @param firstLine number of the first of these lines in the timeline
     */
    record Turn(int format, String id, String target, long onsetMillis, Concern concern, Stage stage, IncidentState state, Reading reading,
            @Nullable Attribution attribution, long refusedWrites, long evictedKeys, long endedMillis, int firstLine,
            List<TimelineEntry> lines, Figures figures) {
    }

    private IncidentCodec() {
    }

    /** The turn since the last that was stored, with the line's end. */
    static byte[] encode(LiveIncident live) {
        Attribution attribution = live.attribution == live.attributionStored ? null : live.attribution;
        Turn turn = new Turn(FORMAT, live.id, live.target, live.onsetMillis, live.concern, live.stage, live.state, live.reading,
                attribution,
                live.refusedWrites, live.evictedKeys, live.endedMillis, live.linesStored,
                live.timeline.subList(live.linesStored, live.timeline.size()), live.figures);
        String json = MAPPER.writeValueAsString(turn);
        String body = json.substring(0, json.length() - 1);
        return (body + CHECKSUM + checksum(body) + "\"}\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Null when the line is damaged, or of a format this version does not know. */
    static @Nullable Turn decode(String line) {
        if (line.length() <= TAIL || !line.startsWith(CHECKSUM, line.length() - TAIL)) {
            return null;
        }
        String body = line.substring(0, line.length() - TAIL);
        if (!line.endsWith(checksum(body) + "\"}")) {
            return null;
        }
        try {
            Turn turn = MAPPER.readValue(line, Turn.class);
            return turn.format() == FORMAT ? turn : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Takes the turn into an incident that was restored so far, or begins one with it. */
    static LiveIncident apply(@Nullable LiveIncident so, Turn turn) {
        LiveIncident live = so == null || so.onsetMillis != turn.onsetMillis()
                ? new LiveIncident(turn.id(), turn.target(), turn.onsetMillis(), turn.reading())
                : so;
        live.concern = turn.concern();
        live.stage = turn.stage();
        live.state = turn.state();
        live.reading = turn.reading();
        live.attribution = turn.attribution() == null ? live.attribution : turn.attribution();
        live.refusedWrites = turn.refusedWrites();
        live.evictedKeys = turn.evictedKeys();
        live.endedMillis = turn.endedMillis();
        live.figures = turn.figures();
        // A turn whose write was reported as failed may be there all the same, and its lines come again.
        int known = Math.max(0, Math.min(turn.lines().size(), live.timeline.size() - turn.firstLine()));
        live.timeline.addAll(turn.lines().subList(known, turn.lines().size()));
        live.linesStored = live.timeline.size();
        live.attributionStored = live.attribution;
        live.storedMillis = live.figures.lastMillis;
        return live;
    }

    private static String checksum(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
