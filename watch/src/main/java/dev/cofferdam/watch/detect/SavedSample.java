// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.probe.Sample;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A sample in a saved state: its fields in the order of the record. No state. */
final class SavedSample {
    private SavedSample() {
    }

    static void write(Sample sample, DataOutput out) throws IOException {
        for (long field : new long[] {sample.atMillis(), sample.usedBytes(), sample.limitBytes(), sample.datasetBytes(),
            sample.clientBytes(),
            sample.replicaBytes(), sample.keys(), sample.expiringKeys(), sample.refusedWrites(), sample.evictedKeys(), sample.expiredKeys(),
            sample.hits(), sample.misses(), sample.commands(), sample.cpuNanos()}) {
            out.writeLong(field);
        }
        out.writeBoolean(sample.evicting());
    }

    static Sample read(DataInput in) throws IOException {
        return new Sample(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(),
                in.readLong(),
                in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readBoolean());
    }
}
