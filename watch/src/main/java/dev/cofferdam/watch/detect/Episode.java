// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Holds a stage from the moment it is reached until it is over, so that nobody is told twice of one thing. One thread.
 *
 * <p>The stage never falls while the episode lasts. It is over when it has been quiet for ten minutes; a mere suspicion, of which nobody was told,
 * after one.
 */
final class Episode {
    static final double QUIET_SECONDS = 600;
    static final double SUSPECT_QUIET_SECONDS = 60;

    private Stage stage = Stage.CALM;
    private long onsetMillis;
    private double onsetLevel;
    private double quietSeconds;

    /** @param quiet whether nothing at all is left of it in this sample */
    void update(Stage now, boolean quiet, double stepSeconds, long onsetMillis, double onsetLevel) {
        if (now != Stage.CALM && now.atLeast(stage)) {
            if (stage == Stage.CALM) {
                this.onsetMillis = onsetMillis;
                this.onsetLevel = onsetLevel;
            }
            stage = now;
        }
        if (stage == Stage.CALM) {
            return;
        }
        quietSeconds = quiet ? quietSeconds + stepSeconds : 0;
        if (quietSeconds >= (stage == Stage.SUSPECT ? SUSPECT_QUIET_SECONDS : QUIET_SECONDS)) {
            end();
        }
    }

    void end() {
        stage = Stage.CALM;
        quietSeconds = 0;
    }

    Stage stage() {
        return stage;
    }

    long onsetMillis() {
        return onsetMillis;
    }

    double onsetLevel() {
        return onsetLevel;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(stage.ordinal());
        out.writeLong(onsetMillis);
        out.writeDouble(onsetLevel);
        out.writeDouble(quietSeconds);
    }

    void read(DataInput in) throws IOException {
        stage = Saved.stage(in);
        onsetMillis = in.readLong();
        onsetLevel = Saved.finite(in);
        quietSeconds = Saved.positive(in);
    }
}
