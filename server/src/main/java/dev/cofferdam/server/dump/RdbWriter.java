// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Account;
import java.nio.charset.StandardCharsets;

/**
 * Writes a file as Redis 7.0 does, which it and its tools read: what stands around the keys, and each key with its value.
 *
 * <pre>
 *  file     = "REDIS0010" | note ... | library ... | size ... | key ... | 0xff | CRC64 of all before (8 bytes, low first)
 *  note     = 0xfa | name | text
 *  library  = 0xf5 | code
 *  size     = database | 0xfb | keys (length) | keys with a deadline (length)
 *  key      = database, where it is another than before | 0xfc milliseconds since 1970 (8 bytes, low first), if it has a deadline | type | name | value
 *  database = 0xfe | number (length)
 * </pre>
 * Lengths, names, texts and values are drawn in {@link RdbFormat}; names and texts are strings.
 *
 * <p>Owns its {@link Workspace}. One thread at a time: that of the compartment whose key is written. What always holds: after {@link #flush} the sink has all that was written.
 */
public final class RdbWriter implements AutoCloseable {
    private static final int NOTE = 0xfa;
    private static final int SIZE = 0xfb;
    private static final int DEADLINE_MILLIS = 0xfc;
    private static final int DATABASE = 0xfe;
    private static final int END = 0xff;
    private static final int LIBRARY = 0xf5;
    private static final byte[] MAGIC = "REDIS0010".getBytes(StandardCharsets.US_ASCII);

    private final Workspace work;
    private final DumpOutput out;
    private final ValueWriter values;
    private int database = -1;

    public RdbWriter(Account connections) {
        work = new Workspace(connections);
        out = new DumpOutput(work);
        values = new ValueWriter(out, work, true);
    }

    /** Begins a file; false, with nothing written, when there is no memory to work with. */
    public boolean begin(ByteSink sink) {
        // What a listpack is put together in is taken now: a value that was begun could not be taken back.
        if (!out.isReady() || work.room(Workspace.FIRST, DumpOutput.PACKED_MAX_BYTES) == 0) {
            return false;
        }
        out.begin(sink);
        database = -1;
        for (byte b : MAGIC) {
            out.put(b);
        }
        return true;
    }

    /** Something to know about the file; both in ASCII. */
    public void note(String name, String text) {
        out.put(NOTE);
        string(name);
        string(text);
    }

    private void string(String text) {
        out.length(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.put(text.charAt(i));
        }
    }

    /** A library of functions. */
    public void library(long code, int length) {
        out.put(LIBRARY);
        out.string(code, length);
    }

    /** How many keys of a database will follow, more or less: what a reader makes room for ahead. */
    public void size(int number, long keys, long expiring) {
        selectDatabase(number);
        out.put(SIZE);
        out.length(keys);
        out.length(expiring);
    }

    private void selectDatabase(int number) {
        if (number != database) {
            database = number;
            out.put(DATABASE);
            out.length(number);
        }
    }

    /** A key that exists. False when memory for what is put together was refused: the file is damaged then. */
    public boolean key(Key key) {
        selectDatabase(key.database);
        long deadline = key.compartment().expiresAtMillis(key);
        if (deadline != 0) {
            out.put(DEADLINE_MILLIS);
            out.number(deadline, Long.BYTES);
        }
        return values.write(key);
    }

    /** How long {@link #key} takes, in elements or pieces of 32 bytes. */
    public static long work(Key key) {
        return ValueWriter.work(key);
    }

    /** No key follows. */
    public void end() {
        out.put(END);
        out.endWithChecksum();
    }

    /** Hands on what is kept for one larger piece. */
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        work.close();
    }
}
