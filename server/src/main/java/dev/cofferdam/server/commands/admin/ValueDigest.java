// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.command.ValueType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * DEBUG DIGEST: the content of keys as twenty bytes, the same that stock redis-server computes, so that a test can compare two servers.
 *
 * <p>Two ways to put something in: <em>mixed</em>, where order counts (the elements of a list), and <em>added</em>, where it does not (the members of a set,
 * the keys of a database). Owns its state; one thread; for one command. It allocates, and takes as long as there is data: for tests.
 */
final class ValueDigest {
    private static final int DIGEST_BYTES = 20;
    private static final int CHUNK_BYTES = 8192;
    private static final byte[] HAS_DEADLINE = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest sha1;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final long number = Mem.scratch(NumberPrinter.REAL_MAX_BYTES);

    ValueDigest() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** Of the value of a key that was looked up; zeros when it does not exist. */
    byte[] ofValue(Key key) {
        byte[] digest = new byte[DIGEST_BYTES];
        if (key.exists()) {
            value(digest, key);
        }
        return digest;
    }

    /** Of everything in all databases; the caller owns all compartments. */
    byte[] ofAll(Keyspace keyspace, long nowMillis) {
        byte[] digest = new byte[DIGEST_BYTES];
        for (int database = 0; database < Compartment.DATABASES; database++) {
            if (keyspace.keyCount(database) > 0) {
                mix(digest, bigEndian(database));
                addDatabase(digest, keyspace, database, nowMillis);
            }
        }
        return digest;
    }

    private void addDatabase(byte[] digest, Keyspace keyspace, int database, long nowMillis) {
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            keyspace.compartment(i).keys().each((entry, slot) -> {
                if (EntryLayout.database(entry) == database && !EntryLayout.isPast(entry, nowMillis)) {
                    Key key = new Key();
                    key.set(database, EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
                    keyspace.route(key).peek(key);
                    byte[] one = new byte[DIGEST_BYTES];
                    mix(one, key.address, key.length);
                    value(one, key);
                    add(digest, one);
                }
            });
        }
    }

    private void value(byte[] digest, Key key) {
        ValueType type = ValueType.of(key.kind());
        mix(digest, bigEndian(typeNumber(type)));
        switch (type) {
            case STRING -> string(digest, key);
            case LIST -> list(digest, key);
            case SET -> set(digest, key);
            case ZSET -> sortedSet(digest, key);
            case HASH -> hash(digest, key);
            case STREAM -> stream(digest, key);
            default -> throw new IllegalStateException("no digest of " + type);
        }
        if (key.compartment().expiresAtMillis(key) != 0) { // one that was persisted has room for a deadline still
            add(digest, HAS_DEADLINE);
        }
    }

    /** Numbers by which Redis calls its types. */
    private static int typeNumber(ValueType type) {
        return switch (type) {
            case LIST -> 1;
            case SET -> 2;
            case ZSET -> 3;
            case HASH -> 4;
            case STREAM -> 6;
            default -> 0;
        };
    }

    private void string(byte[] digest, Key key) {
        if (StringValues.isInteger(key)) {
            mix(digest, Long.toString(StringValues.integer(key)).getBytes(StandardCharsets.US_ASCII));
        } else {
            mix(digest, key.valueAddress(), key.valueLength());
        }
    }

    private void list(byte[] digest, Key key) {
        var place = key.compartment().lists().cursor();
        for (boolean more = place.first(key); more; more = place.next()) {
            mix(digest, place.address, place.length);
        }
    }

    private void set(byte[] digest, Key key) {
        SetWalk walk = key.compartment().sets().walk(key);
        while (walk.next()) {
            update(walk.member.address, walk.member.length);
            xor(digest, sha1.digest());
        }
    }

    private void hash(byte[] digest, Key key) {
        HashWalk walk = key.compartment().hashes().walk(key);
        while (walk.next()) {
            byte[] one = new byte[DIGEST_BYTES];
            mix(one, walk.field.address, walk.field.length);
            mix(one, walk.value.address, walk.value.length);
            add(digest, one);
        }
    }

    private void sortedSet(byte[] digest, Key key) {
        SortedSetCursor place = key.compartment().sortedSets().cursor();
        for (boolean more = key.compartment().sortedSets().seek(key, 0, place); more; more = place.next()) {
            byte[] one = new byte[DIGEST_BYTES];
            mix(one, place.address, place.length);
            mix(one, number, NumberPrinter.writeReal(number, place.score));
            add(digest, one);
        }
    }

    private void stream(byte[] digest, Key key) {
        StreamCursor place = key.compartment().streams().cursor();
        for (boolean more = place.seek(key, 0, 0); more; more = place.next()) {
            String id = Long.toUnsignedString(place.millis) + '.' + Long.toUnsignedString(place.sequence);
            mix(digest, id.getBytes(StandardCharsets.US_ASCII));
            place.fields();
            while (place.nextField()) {
                mix(digest, place.field.address, place.field.length);
                mix(digest, place.contents.address, place.contents.length);
            }
        }
    }

    // ---------------------------------------------------------------- the two ways in

    /** What was in the digest before counts with what comes now: order matters. */
    private void mix(byte[] digest, byte[] bytes) {
        sha1.update(bytes);
        stir(digest);
    }

    private void mix(byte[] digest, long address, long length) {
        update(address, length);
        stir(digest);
    }

    private void stir(byte[] digest) {
        xor(digest, sha1.digest());
        System.arraycopy(sha1.digest(digest), 0, digest, 0, DIGEST_BYTES);
    }

    /** The same whatever the order. */
    private void add(byte[] digest, byte[] bytes) {
        xor(digest, sha1.digest(bytes));
    }

    private void update(long address, long length) {
        for (long done = 0; done < length; done += CHUNK_BYTES) {
            int part = (int) Math.min(CHUNK_BYTES, length - done);
            Mem.copyTo(address + done, chunk, 0, part);
            sha1.update(chunk, 0, part);
        }
    }

    private static void xor(byte[] digest, byte[] other) {
        for (int i = 0; i < DIGEST_BYTES; i++) {
            digest[i] ^= other[i];
        }
    }

    private static byte[] bigEndian(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }
}
