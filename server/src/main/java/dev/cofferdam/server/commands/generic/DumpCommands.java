// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.dump.Dumps;
import dev.cofferdam.server.net.EventLoop;

/**
 * DUMP, RESTORE and the refusal of MIGRATE: values in Redis's format. Owns nothing.
 *
 * <p>RESTORE reads a payload twice: to measure it, which finds whatever is wrong with it, and to make the value. What that takes is admitted in between, as a whole: on
 * the loop with the command where measuring is little work, and for transactions and scripts; else in the lane.
 */
final class DumpCommands {
    /** Bytes of a payload that count as one element for lanes. */
    private static final int BYTES_PER_ELEMENT = 32;
    /** What cannot be measured now is refused. */
    private static final long TOO_MUCH = Long.MAX_VALUE / 8;
    private static final long KEY_BYTES = 4096;

    private DumpCommands() {
    }

    static void declare(CommandTable table) {
        table.command("DUMP").summary("Answers the value of a key in Redis's own format.").since("2.6.0")
            .complexity("O(N) for N bytes of value")
            .arity(exactly(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"))
            .tips("nondeterministic_output").handledBy(DumpCommands::dump);
        table.command("RESTORE").summary("Makes a key out of what DUMP answered.").since("2.6.0")
            .complexity("O(N) for N bytes of payload, O(N*log(M)) for a sorted set of M members")
            .arity(atLeast(4)).flags(WRITE).memory(GROWS).keys(KeySpec.key(1, OVERWRITES))
            .arguments(key("key"), integer("ttl"), string("serialized-value"), token("REPLACE").since("3.0.0").optional(),
                    token("ABSTTL").since("5.0.0").optional(), integer("seconds").after("IDLETIME").since("5.0.0").optional(),
                    integer("frequency").after("FREQ").since("5.0.0").optional())
            .bound(DumpCommands::bound).need(DumpCommands::bound)
            .history("3.0.0", "Has REPLACE.", "5.0.0", "Has ABSTTL.", "5.0.0", "Has IDLETIME and FREQ.").handledBy(DumpCommands::restore);
        table.command("MIGRATE").summary("Is refused when a key exists: nothing is sent to other servers yet.").since("2.6.0")
            .complexity("O(N) for N keys")
            .arity(atLeast(6)).flags(WRITE).memory(NEUTRAL)
            .keys(KeySpec.keyUnlessEmpty(3, TAKES), KeySpec.keysOption("KEYS", 6, DumpCommands::migrateValues, TAKES))
            .arguments(string("host"), integer("port"), oneOf(key("key"), token("\"\"").named("empty_string")).named("key_or_empty_string"),
                    integer("destination-db"), integer("timeout"), token("COPY").since("3.0.0").optional(),
                    token("REPLACE").since("3.0.0").optional(),
                    oneOf(string("password").after("AUTH").since("4.0.7").optional(),
                            block("username_password", string("username"), string("password")).after("AUTH2").since("6.0.0").optional())
                        .named("authentication").optional(),
                    key("key").after("KEYS").since("3.0.6").optional().multiple())
            .history("3.0.0", "Has COPY and REPLACE.", "3.0.6", "Has KEYS.", "4.0.7", "Has AUTH.", "6.0.0", "Has AUTH2.")
            .tips("nondeterministic_output").handledBy(DumpCommands::migrate);
    }

    /** MIGRATE's options that have values. */
    private static int migrateValues(Call call, int i) {
        return call.is(i, "AUTH") ? 1 : call.is(i, "AUTH2") ? 2 : 0;
    }

    /** Where there is nothing to send it answers as Redis does; it sends nothing. */
    private static void migrate(Call call) {
        boolean keys = false;
        for (int i = 6; i < call.count() && !keys; i++) {
            int values = migrateValues(call, i);
            keys = call.is(i, "KEYS");
            if (keys && call.length(3) > 0) {
                call.reply().error("ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
                return;
            }
            if (!keys && values == 0 && !call.is(i, "COPY") && !call.is(i, "REPLACE") || i + values >= call.count()) {
                call.reply().error("ERR syntax error");
                return;
            }
            i += values;
        }
        if (!call.parseLong(5) || !call.parseLong(4)) {
            return;
        }
        for (int s = 0; s < call.command().keySpecs(); s++) {
            KeySpec spec = call.command().keySpec(s);
            for (int n = 0; n < spec.count(call); n++) {
                if (call.eachPeek(spec.argument(call, n)).exists()) {
                    call.reply().error("ERR MIGRATE: this version sends no keys to other servers; DUMP them here and RESTORE them there");
                    return;
                }
            }
        }
        call.reply().simple("NOKEY");
    }

    private static void dump(Call call) {
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        if (call.heavy(Dumps.work(key))) {
            return;
        }
        if (!Dumps.write(key, call.reply(), call.server().connections())) {
            noMemory(call, "put the value together");
        }
    }

    private static void noMemory(Call call, String what) {
        Account connections = call.server().connections();
        call.reply().error("ERR no memory to " + what + ": 'connections' uses " + connections.usedBytes() + " of " + connections.maxBytes()
                + " bytes");
    }

    // ---------------------------------------------------------------- RESTORE

    private static void restore(Call call) {
        boolean replace = false;
        boolean absolute = false;
        boolean idle = false;
        boolean frequency = false;
        for (int i = 4; i < call.count(); i++) {
            boolean more = i + 1 < call.count();
            if (call.is(i, "REPLACE")) {
                replace = true;
            } else if (call.is(i, "ABSTTL")) {
                absolute = true;
            } else if (call.is(i, "IDLETIME") && more && !frequency) {
                idle = true;
                if (!call.parseLong(++i)) {
                    return;
                }
                if (call.number < 0) {
                    call.reply().error("ERR Invalid IDLETIME value, must be >= 0");
                    return;
                }
            } else if (call.is(i, "FREQ") && more && !idle) {
                frequency = true;
                if (!call.parseLong(++i)) {
                    return;
                }
                if (call.number < 0 || call.number > 255) {
                    call.reply().error("ERR Invalid FREQ value, must be >= 0 and <= 255");
                    return;
                }
            } else {
                call.reply().error("ERR syntax error");
                return;
            }
        }
        Key key = call.key(1);
        if (!replace && key.exists()) {
            call.reply().error("BUSYKEY Target key name already exists.");
            return;
        }
        if (!call.parseLong(2)) {
            return;
        }
        long ttl = call.number;
        if (ttl < 0) {
            call.reply().error("ERR Invalid TTL value, must be >= 0");
            return;
        }
        if (call.heavy(call.length(3) / BYTES_PER_ELEMENT)) {
            return;
        }
        if (isAdmitted(call, key)) {
            restore(call, key, ttl == 0 || absolute ? ttl : ttl + call.nowMillis());
        }
    }

    /** Checks the payload, and asks for its memory where that was not done before; false after the reply of an error. */
    private static boolean isAdmitted(Call call, Key key) {
        if (!Dumps.isWhole(call.address(3), call.length(3))) {
            call.reply().error("ERR DUMP payload version or checksum are wrong");
            return false;
        }
        long bytes = measure(call);
        if (bytes == Dumps.DAMAGED) {
            call.reply().error("ERR Bad data format");
            return false;
        }
        if (bytes == Dumps.NO_MEMORY) {
            noMemory(call, "unpack the value");
            return false;
        }
        Compartment home = key.compartment();
        if (call.isInLane() && !call.inTransaction()) {
            if (!home.admit(bytes) && !(recalled(call, home, bytes) && home.admit(bytes))) {
                call.replyFull(home);
                return false;
            }
            home.peek(key); // blocks may have moved
        }
        return true;
    }

    /** What the compartment has lent can be recalled by the loop only. */
    private static boolean recalled(Call call, Compartment home, long bytes) {
        EventLoop loop = call.server().loop();
        return loop != null && loop.ask(() -> home.recall(2 * bytes), false);
    }

    private static void restore(Call call, Key key, long expiresAt) {
        Compartment home = key.compartment();
        boolean deleted = key.exists();
        if (deleted) {
            home.delete(key);
        }
        if (expiresAt != 0 && expiresAt <= call.nowMillis()) {
            if (deleted) {
                call.changed(key, "del");
            }
            call.reply().ok();
            return;
        }
        if (!Dumps.restore(key, expiresAt != 0, call.address(3), call.length(3), call.server().connections())) {
            throw new IllegalStateException("a payload that was measured could not be read again");
        }
        if (expiresAt != 0) {
            home.expireAt(key, expiresAt);
        }
        call.changed(key, "restore");
        call.reply().ok();
    }

    private static long measure(Call call) {
        Key absent = new Key();
        absent.set(call.client().database(), call.address(1), call.length(1));
        call.server().keyspace().route(absent);
        return Dumps.measure(absent, call.address(3), call.length(3), call.server().connections());
    }

    /** What the value takes; for a long command that is alone only what it begins with, since it measures in its lane. Of a damaged payload nothing: it is refused anyway. */
    private static long bound(Call call) {
        if (!call.measuresHere(call.length(3) / BYTES_PER_ELEMENT)) {
            return KEY_BYTES;
        }
        if (!Dumps.isWhole(call.address(3), call.length(3))) {
            return 0;
        }
        long bytes = measure(call);
        return bytes == Dumps.NO_MEMORY ? TOO_MUCH : Math.max(0, bytes);
    }
}
