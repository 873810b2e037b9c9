// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.MAY_REPLICATE;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_INSERTS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_REWRITES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/**
 * PFADD, PFCOUNT and PFMERGE. Owns nothing. A dense HyperLogLog is changed where it lies and never grows; a sparse one is edited beside its value and then written,
 * so that a corrupt one is refused with nothing changed.
 */
final class CountCommands {
    static final String CORRUPT = "INVALIDOBJ Corrupted HLL object detected";
    private static final String NO_SKETCH = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    static final String NO_ROOM = "OOM command not allowed when used memory > 'maxmemory'. A HyperLogLog is worked on in up to 48 KB of 'connections',"
            + " which has none left; see COMPARTMENT INFO connections";
    /** Registers that are looked at in the time of one element of a collection. */
    private static final int REGISTERS_PER_ELEMENT = 256;

    private CountCommands() {
    }

    static void declare(CommandTable table) {
        table.command("PFADD").summary("Adds elements to a HyperLogLog, which counts distinct ones.").since("2.8.9")
            .complexity("O(1) for each element").arity(atLeast(2)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, INSERTS))
            .arguments(key("key"), string("element").optional().multiple()).bound(CountCommands::addBound).need(CountCommands::addNeed)
            .handledBy(CountCommands::pfadd);
        table.command("PFCOUNT").summary("Estimates how many distinct elements HyperLogLogs have seen together.").since("2.8.9")
            .complexity("O(1) for one key; O(N) for N keys").arity(atLeast(2)).flags(READONLY, MAY_REPLICATE).memory(NEUTRAL)
            .keys(KeySpec.keys(1, -1, 1, READS_AND_REWRITES).noted("May write down the estimate in the key, so replicas are told."))
            .arguments(key("key").multiple()).handledBy(CountCommands::pfcount);
        table.command("PFMERGE").summary("Stores the union of HyperLogLogs.").since("2.8.9").complexity("O(N) for N keys").arity(atLeast(2))
            .flags(WRITE).memory(GROWS).keys(KeySpec.key(1, READS_AND_INSERTS), KeySpec.keys(2, -1, 1, READS))
            .arguments(key("destkey"), key("sourcekey").multiple()).bound(CountCommands::mergeBound).need(CountCommands::mergeBound)
            .handledBy(CountCommands::pfmerge);
    }

    /** True when the key is absent or a HyperLogLog; otherwise replies what is wrong with it. */
    static boolean accepts(Call call, Key key) {
        if (!call.typeIs(key, ValueType.STRING)) {
            return false;
        }
        if (key.exists() && !SketchLayout.isSketch(key)) {
            call.reply().error(NO_SKETCH);
            return false;
        }
        return true;
    }

    private static boolean isDense(Key key) {
        return key.exists() && SketchLayout.isDense(key.valueAddress());
    }

    // ---------------------------------------------------------------- PFADD

    private static void pfadd(Call call) {
        Key key = call.key(1);
        if (!accepts(call, key) || call.heavy(call.count() - 2L)) {
            return;
        }
        if (isDense(key)) {
            addToDense(call, key);
            return;
        }
        int first = key.exists() ? firstChange(call, key) : 2;
        if (first < 0) {
            call.reply().error(CORRUPT);
        } else if (key.exists() && first == call.count()) {
            call.reply().integer(0);
        } else {
            addToSparse(call, key, first);
        }
    }

    private static void addToDense(Call call, Key key) {
        boolean changed = false;
        for (int i = 2; i < call.count(); i++) {
            long hash = ElementHash.of(call.address(i), call.length(i));
            changed |= raiseInPlace(key, ElementHash.register(hash), ElementHash.value(hash));
        }
        if (changed) {
            int stale = Mem.getUnsignedByte(key.valueAddress() + SketchLayout.STALE) | SketchLayout.STALE_BIT;
            StringValues.setBits(key, SketchLayout.STALE * 8L, 8, stale);
            call.changed(key, "pfadd");
        }
        call.reply().integer(changed ? 1 : 0);
    }

    private static boolean raiseInPlace(Key key, int register, int count) {
        if (SketchLayout.register(key.valueAddress(), register) >= count) {
            return false;
        }
        int bit = register * SketchLayout.REGISTER_BITS;
        int at = SketchLayout.HEAD_BYTES + (bit >>> 3);
        int shift = bit & 7;
        int bytes = shift > 8 - SketchLayout.REGISTER_BITS ? 2 : 1;
        int bits = Mem.getUnsignedByte(key.valueAddress() + at);
        bits |= bytes == 2 ? Mem.getUnsignedByte(key.valueAddress() + at + 1) << 8 : 0;
        bits = bits & ~(SketchLayout.REGISTER_MAX << shift) | count << shift;
        // The primitive takes the highest bit first, a register's second byte has its higher bits.
        StringValues.setBits(key, at * 8L, 8 * bytes, bytes == 2 ? (bits & 0xff) << 8 | bits >>> 8 : bits);
        return true;
    }

    /** Argument of the first element that a sparse HyperLogLog does not know, the number of arguments when it knows all; -1 when it is corrupt. */
    private static int firstChange(Call call, Key key) {
        long end = key.valueAddress() + key.valueLength();
        for (int i = 2; i < call.count(); i++) {
            long hash = ElementHash.of(call.address(i), call.length(i));
            int register = ElementHash.register(hash);
            long run = key.valueAddress() + SketchLayout.HEAD_BYTES;
            int before = 0;
            while (run < end && register >= before + SketchLayout.runLength(run, end)) {
                before += SketchLayout.runLength(run, end);
                run += SketchLayout.runBytes(run);
            }
            if (run >= end) {
                return -1;
            }
            if (SketchLayout.runValue(run) < ElementHash.value(hash)) {
                return i;
            }
        }
        return call.count();
    }

    private static void addToSparse(Call call, Key key, int first) {
        try (Sketch sketch = Sketch.open(call.server().connections(), key.exists() ? key.valueLength() : 0, call.count() - 2L,
                call.server().settings().hyperLogLogSparseBytes())) {
            if (sketch == null) {
                call.reply().error(NO_ROOM);
                return;
            }
            boolean valid = true;
            if (key.exists()) {
                valid = sketch.load(key);
            } else {
                sketch.begin();
            }
            for (int i = first; valid && i < call.count(); i++) {
                long hash = ElementHash.of(call.address(i), call.length(i));
                valid = sketch.raise(ElementHash.register(hash), ElementHash.value(hash)) != Sketch.CORRUPT;
            }
            if (!valid) {
                call.reply().error(CORRUPT);
                return;
            }
            sketch.markStale();
            sketch.store(key);
        }
        call.changed(key, "pfadd");
        call.reply().integer(1);
    }

    private static boolean isForeign(Key key) {
        return key.exists() && !SketchLayout.isSketch(key);
    }

    private static long addBound(Call call) {
        Key key = call.peek(1);
        if (isForeign(key) || isDense(key)) {
            return 0;
        }
        long length = key.exists() ? key.valueLength() : SketchLayout.HEAD_BYTES + 2;
        long sparse = length + Sketch.SPLIT_BYTES * (call.count() - 2L);
        boolean staysSparse = sparse <= call.server().settings().hyperLogLogSparseBytes();
        for (int i = 2; staysSparse && i < call.count(); i++) {
            staysSparse = ElementHash.value(ElementHash.of(call.address(i), call.length(i))) <= SketchLayout.RUN_VALUE_MAX;
        }
        long most = staysSparse ? sparse : Math.max(SketchLayout.DENSE_BYTES, Math.min(sparse, SketchLayout.SPARSE_MAX_BYTES));
        return StringValues.growthBySetRaw(key, most);
    }

    /** Nothing when all elements are known. */
    private static long addNeed(Call call) {
        Key key = call.peek(1);
        if (key.exists() && (isForeign(key) || isDense(key) || firstChange(call, key) == call.count())) {
            return 0;
        }
        return addBound(call);
    }

    // ---------------------------------------------------------------- PFCOUNT

    private static void pfcount(Call call) {
        if (call.count() > 2) {
            countUnion(call);
            return;
        }
        Key key = call.key(1);
        if (!accepts(call, key)) {
            return;
        }
        if (!key.exists()) {
            call.reply().integer(0);
            return;
        }
        if (!SketchLayout.isStale(key.valueAddress())) {
            call.reply().integer(Mem.getLong(key.valueAddress() + SketchLayout.COUNT));
            return;
        }
        long count = Estimate.of(key.valueAddress(), key.valueLength());
        if (count < 0) {
            call.reply().error(CORRUPT);
            return;
        }
        // The primitive takes the highest bit first; the count lies lowest byte first.
        StringValues.setBits(key, SketchLayout.COUNT * 8L, 64, Long.reverseBytes(count));
        call.changed(key, "");
        call.reply().integer(count);
    }

    private static void countUnion(Call call) {
        if (call.heavy((call.count() - 1L) * (SketchLayout.REGISTERS / REGISTERS_PER_ELEMENT))) {
            return;
        }
        try (Registers union = Registers.open(call.server().connections())) {
            if (union == null) {
                call.reply().error(NO_ROOM);
                return;
            }
            for (int i = 1; i < call.count(); i++) {
                Key key = call.eachKey(i);
                if (!accepts(call, key)) {
                    return;
                }
                if (key.exists() && !union.add(key.valueAddress(), key.valueLength())) {
                    call.reply().error(CORRUPT);
                    return;
                }
            }
            call.reply().integer(union.estimate());
        }
    }

    // ---------------------------------------------------------------- PFMERGE

    private static void pfmerge(Call call) {
        if (call.heavy((call.count() - 1L) * (SketchLayout.REGISTERS / REGISTERS_PER_ELEMENT))) {
            return;
        }
        try (Registers union = Registers.open(call.server().connections())) {
            if (union == null) {
                call.reply().error(NO_ROOM);
                return;
            }
            boolean dense = false;
            for (int i = 1; i < call.count(); i++) {
                Key key = call.eachKey(i);
                call.tellIfMissed(key);
                if (!accepts(call, key)) {
                    return;
                }
                dense |= isDense(key);
                if (key.exists() && !union.add(key.valueAddress(), key.valueLength())) {
                    call.reply().error(CORRUPT);
                    return;
                }
            }
            store(call, call.key(1), union, dense);
        }
    }

    private static void store(Call call, Key destination, Registers union, boolean dense) {
        try (Sketch sketch = Sketch.open(call.server().connections(), SketchLayout.SPARSE_MAX_BYTES, 0,
                call.server().settings().hyperLogLogSparseBytes())) {
            if (sketch == null) {
                call.reply().error(NO_ROOM);
                return;
            }
            if (destination.exists()) {
                sketch.load(destination);
            } else {
                sketch.begin();
            }
            if (dense) {
                sketch.makeDense();
            }
            for (int i = 0; i < SketchLayout.REGISTERS; i++) {
                if (union.value(i) > 0) {
                    sketch.raise(i, union.value(i));
                }
            }
            sketch.markStale();
            sketch.store(destination);
        }
        call.changed(destination, "pfadd");
        call.reply().ok();
    }

    private static long mergeBound(Call call) {
        Key key = call.peek(1);
        if (isForeign(key) || isDense(key)) {
            return 0;
        }
        return StringValues.growthBySetRaw(key, Math.max(SketchLayout.DENSE_BYTES, Math.min(SketchLayout.SPARSE_MAX_BYTES,
                call.server().settings().hyperLogLogSparseBytes())));
    }
}
