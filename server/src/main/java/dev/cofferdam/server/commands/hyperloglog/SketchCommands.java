// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ADMIN;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS_AND_REWRITES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import java.util.Random;

/** PFDEBUG and PFSELFTEST: what a HyperLogLog looks like inside, and whether the arithmetic holds. Owns nothing. */
final class SketchCommands {
    private static final int CYCLES = 5;
    private static final int ELEMENTS_MAX = 10_000;
    /** Standard error of the estimate; one of six times that has never been seen by chance. */
    private static final double STANDARD_ERROR = 1.04 / Math.sqrt(SketchLayout.REGISTERS);
    private static final int ERRORS_MAX = 6;
    /** An element of the self-test, which runs on the event loop only. */
    private static final long ELEMENT = Mem.scratch(Long.BYTES);

    private SketchCommands() {
    }

    static void declare(CommandTable table) {
        table.command("PFDEBUG").summary("Shows a HyperLogLog's registers or form.").since("2.8.9").complexity("N/A").arity(exactly(3))
            .flags(WRITE, ADMIN).memory(GROWS).keys(KeySpec.key(2, READS_AND_REWRITES)).arguments(string("subcommand"), key("key"))
            .bound(SketchCommands::bound).need(SketchCommands::bound).internal().handledBy(SketchCommands::pfdebug);
        table.command("PFSELFTEST").summary("Tests the arithmetic of HyperLogLogs.").since("2.8.9").complexity("N/A").arity(exactly(1))
            .flags(ADMIN).memory(NEUTRAL).internal().handledBy(SketchCommands::pfselftest);
    }

    // ---------------------------------------------------------------- PFDEBUG

    private static boolean makesDense(Call call) {
        return call.is(1, "GETREG") || call.is(1, "TODENSE");
    }

    private static long bound(Call call) {
        Key key = call.peek(2);
        return key.exists() && makesDense(call) && SketchLayout.isSketch(key) && !SketchLayout.isDense(key.valueAddress())
                ? StringValues.growthBySetRaw(key, SketchLayout.DENSE_BYTES)
                : 0;
    }

    private static void pfdebug(Call call) {
        Key key = call.key(2);
        if (!key.exists()) {
            call.reply().error("ERR The specified key does not exist");
            return;
        }
        if (!CountCommands.accepts(call, key)) {
            return;
        }
        boolean dense = SketchLayout.isDense(key.valueAddress());
        if (makesDense(call)) {
            if (!dense && !makeDense(call, key)) {
                return;
            }
            if (call.is(1, "TODENSE")) {
                call.reply().integer(dense ? 0 : 1);
                return;
            }
            call.reply().array(SketchLayout.REGISTERS);
            for (int i = 0; i < SketchLayout.REGISTERS; i++) {
                call.reply().integer(SketchLayout.register(key.valueAddress(), i));
            }
        } else if (call.is(1, "DECODE")) {
            if (dense) {
                call.reply().error("ERR HLL encoding is not sparse");
            } else if (key.valueLength() > SketchLayout.SPARSE_MAX_BYTES) {
                call.reply().error(CountCommands.CORRUPT);
            } else {
                call.reply().bulk(decoded(key));
            }
        } else if (call.is(1, "ENCODING")) {
            call.reply().simple(dense ? "dense" : "sparse");
        } else {
            call.reply().error("ERR Unknown PFDEBUG subcommand '" + call.text(1, 128) + "'");
        }
    }

    /** False when it could not be, which is replied then. */
    private static boolean makeDense(Call call, Key key) {
        try (Sketch sketch = Sketch.open(call.server().connections(), key.valueLength(), 0, 0)) {
            if (sketch == null) {
                call.reply().error(CountCommands.NO_ROOM);
                return false;
            }
            if (!sketch.load(key) || !sketch.makeDense()) {
                call.reply().error(CountCommands.CORRUPT);
                return false;
            }
            sketch.store(key);
        }
        call.changed(key, "");
        return true;
    }

    private static String decoded(Key key) {
        long end = key.valueAddress() + key.valueLength();
        StringBuilder text = new StringBuilder();
        for (long run = key.valueAddress() + SketchLayout.HEAD_BYTES; run < end; run += SketchLayout.runBytes(run)) {
            int length = SketchLayout.runLength(run, end);
            text.append(text.isEmpty() ? "" : " ");
            if (SketchLayout.isValue(run)) {
                text.append("v:").append(SketchLayout.runValue(run)).append(',').append(length);
            } else {
                text.append(SketchLayout.isLongZeros(run) ? "Z:" : "z:").append(length);
            }
        }
        return text.toString();
    }

    // ---------------------------------------------------------------- PFSELFTEST

    private static void pfselftest(Call call) {
        long sparseMaxBytes = call.server().settings().hyperLogLogSparseBytes();
        try (Sketch dense = Sketch.open(call.server().connections(), SketchLayout.SPARSE_MAX_BYTES, 0, sparseMaxBytes);
                Sketch other = Sketch.open(call.server().connections(), SketchLayout.SPARSE_MAX_BYTES, 0, sparseMaxBytes)) {
            if (dense == null || other == null) {
                call.reply().error(CountCommands.NO_ROOM);
                return;
            }
            String failure = registersFail(dense, call.random());
            if (failure.isEmpty()) {
                failure = estimatesFail(dense, other, call.random().nextLong(), sparseMaxBytes);
            }
            if (failure.isEmpty()) {
                call.reply().ok();
            } else {
                call.reply().error("ERR TESTFAILED " + failure);
            }
        }
    }

    /** Each register keeps what it was given, and gives nothing to its neighbours. */
    private static String registersFail(Sketch dense, Random random) {
        dense.begin();
        dense.makeDense();
        byte[] given = new byte[SketchLayout.REGISTERS];
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            for (int i = 0; i < given.length; i++) {
                given[i] = (byte) random.nextInt(SketchLayout.REGISTER_MAX + 1);
                SketchLayout.setRegister(dense.address(), i, given[i]);
            }
            for (int i = 0; i < given.length; i++) {
                int kept = SketchLayout.register(dense.address(), i);
                if (kept != given[i]) {
                    return "Register " + i + " should be " + given[i] + " but is " + kept;
                }
            }
        }
        return "";
    }

    /** Both forms agree, and are near the truth. */
    private static String estimatesFail(Sketch dense, Sketch other, long seed, long sparseMaxBytes) {
        dense.begin();
        dense.makeDense();
        other.begin();
        long checkpoint = 1;
        for (long i = 1; i <= ELEMENTS_MAX; i++) {
            Mem.putLong(ELEMENT, i ^ seed);
            long hash = ElementHash.of(ELEMENT, Long.BYTES);
            dense.raise(ElementHash.register(hash), ElementHash.value(hash));
            other.raise(ElementHash.register(hash), ElementHash.value(hash));
            if (i == checkpoint) {
                if (i < sparseMaxBytes / 2 && other.isDense()) {
                    return "sparse encoding not used";
                }
                long estimate = Estimate.of(dense.address(), dense.length());
                if (estimate != Estimate.of(other.address(), other.length())) {
                    return "dense/sparse disagree";
                }
                long error = Math.abs(i - estimate);
                if (error > (i == 10 ? 1 : Math.ceil(STANDARD_ERROR * ERRORS_MAX * i))) {
                    return "Too big error. card:" + i + " abserr:" + error;
                }
                checkpoint *= 10;
            }
        }
        return "";
    }
}
