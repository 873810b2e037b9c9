// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

/** Who takes what {@link ValueReader} finds in a dump: to measure it, or to make a value of it. Addresses are valid during the call, where not said otherwise. */
interface ValueSink {
    void string(long address, int length);

    /** A compressed string that is too long to be unpacked first; {@link RdbInput#unpackTo} puts it where it shall be. */
    void compressedString(RdbInput input);

    void listElement(long address, int length);

    void setMember(long address, int length);

    void field(long field, int fieldLength, long value, int valueLength);

    void scoredMember(long address, int length, double score);

    // ---------------------------------------------------------------- streams

    void beginStream();

    /** One field of the entry that {@link #endEntry} adds; the bytes stay until then. */
    void entryField(long field, int fieldLength, long value, int valueLength);

    void endEntry(long millis, long sequence);

    void streamState(long millis, long sequence, long deletedMillis, long deletedSequence, long added);

    void beginGroup(long name, int length, long millis, long sequence, long read);

    void beginConsumer(long name, int length, long seenMillis);

    /** An entry that is pending for the consumer begun last. */
    void pending(long millis, long sequence, long deliveredMillis, int deliveries);
}
