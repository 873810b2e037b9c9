// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import java.util.ArrayList;
import java.util.List;

/** Drives a compartment's lists as the commands do: admission first, then the change. False or -1 = refused, and then nothing has changed. */
final class ListDriver {
    final KeyspaceHarness harness;
    final Compartment compartment;
    final ListValues lists;

    ListDriver(KeyspaceHarness harness) {
        this.harness = harness;
        compartment = harness.compartment();
        lists = compartment.lists();
    }

    private boolean admit(Key key, long bound, byte[]... elements) {
        long bytes = bound;
        for (byte[] element : elements) {
            bytes += lists.elementBound(element.length);
        }
        boolean admitted = compartment.admit(bytes);
        harness.keyspace.locate(key);
        return admitted;
    }

    private void headroom(long bytes, Key... keys) {
        if (!compartment.admitHeadroom(bytes)) {
            throw new AssertionError("the headroom has no " + bytes + " bytes");
        }
        for (Key key : keys) {
            harness.keyspace.locate(key);
        }
    }

    boolean push(String name, boolean head, byte[]... elements) {
        Key key = harness.key(name);
        boolean admitted = admit(key, lists.pushBound(name.length()), elements);
        if (admitted) {
            long bytes = 0;
            for (byte[] element : elements) {
                bytes += ListElement.bytes(element.length);
            }
            lists.reserve(key, bytes);
            for (byte[] element : elements) {
                lists.push(key, head, harness.put(element), element.length);
            }
        }
        compartment.endCommand();
        return admitted;
    }

    byte[] pop(String name, boolean head) {
        Key key = harness.key(name);
        headroom(4096, key);
        Slice slice = new Slice();
        byte[] element = ListValues.peek(key, head, slice) ? slice.bytes() : null;
        if (element != null) {
            lists.drop(key, head);
        }
        compartment.endCommand();
        return element;
    }

    void dropMany(String name, boolean head, long count) {
        Key key = harness.key(name);
        headroom(4096, key);
        if (key.exists() && count > 0) {
            lists.dropMany(key, head, count);
        }
        compartment.endCommand();
    }

    /** The reliable worker's move: on the headroom, with what the move may need at most. */
    void move(String from, boolean fromHead, String to, boolean toHead) {
        Key source = harness.key(from);
        Key target = harness.key(to);
        headroom(lists.moveBound(to.length()), source, target);
        if (source.exists()) {
            lists.move(source, fromHead, target, toHead);
        }
        compartment.endCommand();
    }

    byte[] index(String name, long index) {
        Key key = harness.key(name);
        return lists.cursor().seek(key, index) ? Mem.bytes(lists.cursor().address, lists.cursor().length) : null;
    }

    boolean set(String name, long index, byte[] element) {
        Key key = harness.key(name);
        boolean admitted = admit(key, lists.editBound(name.length()), element);
        if (admitted && lists.cursor().seek(key, index)) {
            lists.set(key, lists.cursor(), harness.put(element), element.length);
        }
        compartment.endCommand();
        return admitted;
    }

    boolean insert(String name, long index, boolean before, byte[] element) {
        Key key = harness.key(name);
        boolean admitted = admit(key, lists.editBound(name.length()), element);
        if (admitted && lists.cursor().seek(key, index)) {
            lists.insert(key, lists.cursor(), before, harness.put(element), element.length);
        }
        compartment.endCommand();
        return admitted;
    }

    long remove(String name, boolean fromHead, long limit, byte[] element) {
        Key key = harness.key(name);
        headroom(4096, key);
        long removed = key.exists() ? lists.removeEqual(key, fromHead, limit, harness.put(element), element.length) : 0;
        compartment.endCommand();
        return removed;
    }

    boolean copy(String from, String to) {
        Key source = harness.key(from);
        if (!source.exists()) {
            return true;
        }
        boolean admitted = compartment.admit(200 + compartment.transfer().copier(source.kind()).bytes(source));
        harness.keyspace.locate(source);
        Key target = harness.key(to);
        if (admitted) {
            if (target.exists()) {
                compartment.delete(target);
            }
            compartment.transfer().copier(source.kind()).copy(source, target, false);
        }
        compartment.endCommand();
        return admitted;
    }

    void delete(String name) {
        Key key = harness.key(name);
        if (key.exists()) {
            compartment.delete(key);
        }
    }

    long length(String name) {
        return ListValues.length(harness.key(name));
    }

    int chunks(String name) {
        return ListValues.chunks(harness.key(name));
    }

    /** All elements, walked from either end, in the order of the list. */
    List<byte[]> elements(String name, boolean backwards) {
        Key key = harness.key(name);
        List<byte[]> all = new ArrayList<>();
        ListCursor cursor = lists.cursor();
        boolean more = backwards ? cursor.last(key) : cursor.first(key);
        while (more) {
            byte[] element = Mem.bytes(cursor.address, cursor.length);
            if (backwards) {
                all.addFirst(element);
                more = cursor.previous();
            } else {
                all.add(element);
                more = cursor.next();
            }
        }
        return all;
    }

    void reclaimAll() {
        while (compartment.reclaimSome()) {
            // step by step, as the event loop does
        }
    }
}
