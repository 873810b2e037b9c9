// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListElement;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CallText;
import java.util.Locale;

/** One SORT: which elements it looks at, in which order they come, and where they go. Made per command, on the thread that owns its compartments. */
final class SortRun {
    private final Call call;
    private final SortOptions options;
    private final SortSource source;
    private final SortPattern[] gets;
    private final SortValue value = new SortValue();
    private final Key named = new Key();
    /** First and last element of the result among all, in their order; last is first - 1 or less when there is none. */
    private final long first;
    private final long last;

    SortRun(Call call, SortOptions options, Key key) {
        this.call = call;
        this.options = options;
        source = new SortSource(key);
        if (!source.isOrdered()) {
            options.orderSet(call);
        }
        gets = new SortPattern[options.gets.length];
        for (int i = 0; i < gets.length; i++) {
            gets[i] = new SortPattern(call, options.gets[i]);
        }
        long count = source.count;
        long start = Math.min(Math.max(options.offset, 0), count);
        long limit = Math.min(Math.max(options.limit, -1), count);
        long end = limit < 0 ? count - 1 : start + limit - 1;
        if (start >= count) {
            start = count - 1;
            end = count - 2;
        }
        first = start;
        last = Math.min(end, count - 1);
    }

    /** The elements that are taken are known by their places, so no other is looked at. */
    private boolean takesPart() {
        return options.keepsOrder && source.isOrdered();
    }

    private long resultElements() {
        return Math.max(0, last - first + 1);
    }

    private long lookedAt() {
        return takesPart() ? resultElements() : source.count;
    }

    /** Elements and keys it looks at. */
    long work() {
        return lookedAt() * (1 + options.lookupsPerElement());
    }

    void run() {
        long records = lookedAt();
        long text = (source.isTransient() ? DecimalText.BYTES_MAX * records : 0)
                + (options.alphabetic && options.sortsByPattern() ? DecimalText.BYTES_MAX * records : 0);
        long name = nameBytes();
        Account account = call.server().connections();
        try (SortRecords sorted = SortRecords.open(account, records, text, name, options)) {
            if (sorted == null) {
                call.reply().error(String.format(Locale.ROOT,
                        "OOM command not allowed when used memory > 'maxmemory'. Sorting %d elements needs %.1f MB of 'connections', more than one"
                                + " command may have there (%.1f MB) or more than is left; take a part by BY nosort and LIMIT, or raise its max",
                        records, SortRecords.bytes(records, text, name) / 1048576.0, SortRecords.bytesMax(account) / 1048576.0));
                return;
            }
            load(sorted);
            if (options.sorts() && !order(sorted)) {
                call.reply().error("ERR One or more scores can't be converted into double");
                return;
            }
            long offset = takesPart() ? 0 : Math.max(0, first);
            if (options.store > 0) {
                store(sorted, offset);
            } else {
                reply(sorted, offset);
            }
        }
    }

    // ---------------------------------------------------------------- elements

    private void load(SortRecords sorted) {
        long records = lookedAt();
        if (records == 0) {
            return;
        }
        source.begin(takesPart() ? first : 0, takesPart() && options.descending);
        for (long i = 0; i < records; i++) {
            source.next();
            if (source.isTransient()) {
                sorted.addCopy(source.address, source.length);
            } else {
                sorted.add(source.address, source.length);
            }
        }
    }

    private int longestElement() {
        int longest = 0;
        source.begin(0, false);
        for (long i = 0; i < source.count; i++) {
            source.next();
            longest = Math.max(longest, source.length);
        }
        return longest;
    }

    /** The longest name a pattern makes, or number it finds. */
    private long nameBytes() {
        if (options.lookupsPerElement() == 0) {
            return 0;
        }
        long longest = options.sortsByPattern() ? new SortPattern(call, options.by).nameLength() : 0;
        for (SortPattern get : gets) {
            longest = Math.max(longest, get.nameLength());
        }
        return longest + longestElement() + DecimalText.BYTES_MAX;
    }

    // ---------------------------------------------------------------- order

    /** False when something to sort by is no number. */
    private boolean order(SortRecords sorted) {
        SortPattern by = options.sortsByPattern() ? new SortPattern(call, options.by) : null;
        boolean numbers = true;
        for (int i = 0; i < sorted.count(); i++) {
            if (by == null) {
                value.set(sorted.address(i), sorted.length(i));
            } else if (!by.find(call, named, sorted.name(), sorted.address(i), sorted.length(i), true, value)) {
                continue;
            }
            if (options.alphabetic) {
                sorted.setText(i, value);
            } else {
                numbers &= score();
                sorted.setScore(i, call.real);
            }
        }
        if (by != null && (first != 0 || last != source.count - 1)) {
            sorted.sortPart(first, last);
        } else {
            sorted.sort();
        }
        return numbers;
    }

    /** Sets {@code call.real} to the value as strtod reads it: leading blanks are skipped, nothing at all is 0. False when that leaves something unread. */
    private boolean score() {
        call.real = 0;
        if (value.isNumber) {
            call.real = value.number;
            return true;
        }
        int length = CallText.lengthToNul(value.address, value.length);
        int blanks = 0;
        while (blanks < length && isBlank(Mem.getByte(value.address + blanks))) {
            blanks++;
        }
        return length == 0 || call.tryDouble(value.address + blanks, length - blanks);
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    // ---------------------------------------------------------------- results

    private long resultSize() {
        return resultElements() * Math.max(1, gets.length);
    }

    private void reply(SortRecords sorted, long offset) {
        ReplyWriter reply = call.reply();
        reply.array(resultSize());
        for (long i = offset; i < offset + resultElements(); i++) {
            if (gets.length == 0) {
                reply.bulk(sorted.address(i), sorted.length(i));
            }
            for (SortPattern get : gets) {
                if (!get.find(call, named, sorted.name(), sorted.address(i), sorted.length(i), true, value)) {
                    reply.nil();
                } else if (value.isNumber) {
                    reply.bulkLong(value.number);
                } else {
                    reply.bulk(value.address, value.length);
                }
            }
        }
    }

    private void store(SortRecords sorted, long offset) {
        Key destination = call.key(options.store);
        long size = resultSize();
        if (size > 0) {
            ListValues lists = destination.compartment().lists();
            lists.createBeside(destination, storedBytes(sorted, offset));
            for (long i = offset; i < offset + resultElements(); i++) {
                if (gets.length == 0) {
                    lists.push(destination, false, sorted.address(i), sorted.length(i));
                }
                for (SortPattern get : gets) {
                    pushFound(lists, destination, get, sorted, i);
                }
            }
            destination.compartment().adopt(destination);
            call.changed(destination, "sortstore");
        } else if (destination.exists()) {
            destination.compartment().delete(destination);
            call.changed(destination, "del");
        }
        call.reply().integer(size);
    }

    private void pushFound(ListValues lists, Key destination, SortPattern get, SortRecords sorted, long i) {
        if (!get.find(call, named, sorted.name(), sorted.address(i), sorted.length(i), true, value)) {
            lists.push(destination, false, sorted.name(), 0);
        } else if (value.isNumber) {
            DecimalText.write(sorted.name(), value.number);
            lists.push(destination, false, sorted.name(), value.length);
        } else {
            lists.push(destination, false, value.address, value.length);
        }
    }

    /** Bytes of the result, or more than a packed list has: beyond that they make no difference. */
    private long storedBytes(SortRecords sorted, long offset) {
        long bytes = 0;
        for (long i = offset; i < offset + resultElements() && bytes <= ListValues.PACKED_MAX_BYTES; i++) {
            bytes += gets.length == 0 ? ListElement.bytes(sorted.length(i)) : 0;
            for (SortPattern get : gets) {
                boolean found = get.find(call, named, sorted.name(), sorted.address(i), sorted.length(i), false, value);
                bytes += ListElement.bytes(found ? value.length : 0);
            }
        }
        return bytes;
    }

    // ---------------------------------------------------------------- measure

    /** What storing the result can take, at most: of all elements, or of as many of the longest as are stored. */
    long storedBound() {
        if (resultElements() == 0) {
            return 0;
        }
        if (gets.length == 0) {
            return storedBound(0);
        }
        try (NameBuffer name = NameBuffer.open(call.server().connections(), nameBytes())) {
            return name == null ? call.compartmentOf(options.store).account().maxBytes() + 1 : storedBound(name.address());
        }
    }

    private long storedBound(long name) {
        ListValues lists = call.compartmentOf(options.store).lists();
        long records = lookedAt();
        long sum = 0;
        long longest = 0;
        source.begin(takesPart() ? first : 0, takesPart() && options.descending);
        for (long i = 0; i < records; i++) {
            source.next();
            long bytes = gets.length == 0 ? lists.elementBound(source.length) : 0;
            for (SortPattern get : gets) {
                boolean found = get.find(call, named, name, source.address, source.length, false, value);
                bytes += lists.elementBound(found ? value.length : 0);
            }
            sum += bytes;
            longest = Math.max(longest, bytes);
        }
        return lists.pushBound(call.length(options.store)) + Math.min(sum, longest * resultElements());
    }
}
