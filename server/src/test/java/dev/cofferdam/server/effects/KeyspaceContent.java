// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.keyspace.StreamGroups;
import dev.cofferdam.keyspace.StreamValues;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.server.command.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything a keyspace holds, as text by database and key: value and deadline, not the form it is kept in. Nothing is looked up, so nothing expires. */
public final class KeyspaceContent {
    private KeyspaceContent() {
    }

    public static Map<String, String> of(Keyspace keyspace) {
        Map<String, String> content = new TreeMap<>();
        long cursor = 0;
        do {
            cursor = keyspace.scan(cursor, (entry, slot) -> {
                Key key = new Key();
                key.set(EntryLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
                String home = keyspace.route(key).name();
                key.entry = entry;
                content.put(key.database + " " + key, home + " until " + key.compartment().expiresAtMillis(key) + " " + value(key));
            });
        } while (cursor != 0);
        return content;
    }

    private static String value(Key key) {
        ValueType type = ValueType.of(key.kind());
        return type + " " + switch (type) {
            case STRING -> StringValues.isInteger(key)
                    ? Long.toString(StringValues.integer(key))
                    : new String(Mem.bytes(key.valueAddress(), (int) key.valueLength()), StandardCharsets.ISO_8859_1);
            case LIST -> list(key);
            case HASH -> hash(key);
            case SET -> set(key);
            case ZSET -> sortedSet(key);
            case STREAM -> stream(key);
            default -> throw new IllegalStateException("teach KeyspaceContent about " + type);
        };
    }

    /** When consumers were seen is left out: it is told of once. */
    private static String stream(Key key) {
        StringJoiner text = new StringJoiner(",");
        StreamValues values = key.compartment().streams();
        StreamGroups groups = key.compartment().streamGroups();
        text.add(StreamValues.lastMillis(key) + "-" + StreamValues.lastSequence(key) + " " + StreamValues.deletedMillis(key) + "-"
                + StreamValues.deletedSequence(key) + " " + StreamValues.added(key));
        StreamCursor cursor = values.cursor();
        for (boolean more = cursor.seek(key, 0, 0); more; more = cursor.next()) {
            text.add(cursor.millis + "-" + cursor.sequence + ":" + cursor.fields());
            while (cursor.nextField()) {
                text.add(cursor.field + "=" + cursor.contents);
            }
        }
        Slice name = new Slice();
        for (long i = 0, group = groups.groupAt(key, 0); group != 0; group = groups.groupAt(key, ++i)) {
            groups.nameOf(group, name);
            text.add("group " + name + " " + StreamGroups.groupMillis(group) + "-" + StreamGroups.groupSequence(group) + " "
                    + StreamGroups.groupRead(group));
            for (long j = 0, consumer = groups.consumerAt(key, group, 0); consumer != 0; consumer = groups.consumerAt(key, group, ++j)) {
                groups.nameOf(consumer, name);
                text.add("consumer " + name);
                for (long at = groups.pendingFrom(key, group, consumer, 0, 0); at != 0; at = groups.pendingFrom(key, group, consumer,
                        StreamGroups.pendingMillis(at), StreamGroups.pendingSequence(at) + 1)) {
                    text.add(StreamGroups.pendingMillis(at) + "-" + StreamGroups.pendingSequence(at) + " "
                            + StreamGroups.deliveredMillis(at) + " "
                            + StreamGroups.deliveries(at));
                }
            }
        }
        return text.toString();
    }

    private static String list(Key key) {
        StringJoiner text = new StringJoiner(",");
        ListCursor cursor = key.compartment().lists().cursor();
        for (boolean more = cursor.first(key); more; more = cursor.next()) {
            text.add(new Slice().set(cursor.address, cursor.length).toString());
        }
        return text.toString();
    }

    private static String hash(Key key) {
        Map<String, String> fields = new TreeMap<>();
        HashWalk walk = key.compartment().hashes().walk(key);
        while (walk.next()) {
            fields.put(walk.field.toString(), walk.value.toString());
        }
        return fields.toString();
    }

    private static String set(Key key) {
        TreeSet<String> members = new TreeSet<>();
        SetWalk walk = key.compartment().sets().walk(key);
        while (walk.next()) {
            members.add(walk.member.toString());
        }
        return members.toString();
    }

    private static String sortedSet(Key key) {
        StringJoiner text = new StringJoiner(",");
        SortedSetValues values = key.compartment().sortedSets();
        SortedSetCursor cursor = values.cursor();
        for (boolean more = values.seek(key, 0, cursor); more; more = cursor.next()) {
            text.add(new Slice().set(cursor.address, cursor.length) + "=" + (cursor.score + 0.0));
        }
        return text.toString();
    }
}
