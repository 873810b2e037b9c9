// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks everything a keyspace holds and compares it with the books: pages, blocks, indexes, counters, prefixes, accounts.
 *
 * <p>Owns nothing; runs on the owner thread between commands, takes time and heap in proportion to the data. Run after every keyspace test and by
 * DEBUG AUDIT. Returns what is wrong, one line each; an empty list is a clean audit.
 */
public final class KeyspaceAudit {
    private static final int FINDINGS_MAX = 50;

    private final Keyspace keyspace;
    private final List<String> findings = new ArrayList<>();

    private KeyspaceAudit(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Everything that does not add up. */
    public static List<String> of(Keyspace keyspace) {
        KeyspaceAudit audit = new KeyspaceAudit(keyspace);
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            audit.compartment(keyspace.compartment(i));
        }
        try {
            keyspace.arena().audit();
        } catch (IllegalStateException e) {
            audit.finding(String.valueOf(e.getMessage()));
        }
        return audit.findings;
    }

    private void finding(String text) {
        if (findings.size() < FINDINGS_MAX) {
            findings.add(text);
        }
    }

    private void compartment(Compartment compartment) {
        String name = compartment.name();
        compartment.finishClearing();
        CompartmentTally tally = new CompartmentTally(compartment);
        tally.walkPages();
        tally.walkKeys();
        tally.walkMembers();
        tally.comparePrefixes();
        same(name, "live bytes", compartment.heap().liveBytes(), tally.liveBytes + compartment.heap().runBytes());
        same(name, "keys in the index", compartment.keys().size(), tally.indexedKeys);
        same(name, "members in the index", compartment.members().size(), tally.indexedMembers);
        for (int database = 0; database < Compartment.DATABASES; database++) {
            same(name, "keys of database " + database, compartment.keyCount(database), tally.keys[database]);
            same(name, "expiring keys of database " + database, compartment.expiringCount(database), tally.expiring[database]);
        }
        Account account = compartment.account();
        same(name, "bytes of the account", account.usedBytes(), compartment.ownedBytes() + account.heldBytes());
        if (account.usedBytes() > account.maxBytes() && account.peakBytes() <= account.maxBytes()) {
            finding(name + ": uses " + account.usedBytes() + " of " + account.maxBytes());
        }
    }

    private void same(String where, String what, long books, long counted) {
        if (books != counted) {
            finding(where + ": " + what + ": books say " + books + ", counted " + counted);
        }
    }

    /** What the walk over one compartment found. */
    private final class CompartmentTally {
        private final Compartment compartment;
        private final long[] keys = new long[Compartment.DATABASES];
        private final long[] expiring = new long[Compartment.DATABASES];
        /** Bytes and keys by prefix id. */
        private final Map<Integer, long[]> prefixSums = new HashMap<>();
        private long liveBytes;
        private long indexedKeys;
        private long indexedMembers;
        private @Nullable String pageTrouble;

        CompartmentTally(Compartment compartment) {
            this.compartment = compartment;
        }

        void walkPages() {
            BlockHeap heap = compartment.heap();
            for (int stream = 0; stream < BlockHeap.STREAMS; stream++) {
                for (int page = heap.oldestPage(stream); page >= 0; page = heap.nextPage(page)) {
                    walkPage(heap, stream, page);
                }
            }
        }

        private void walkPage(BlockHeap heap, int stream, int page) {
            long[] sum = new long[1];
            pageTrouble = null;
            heap.walkPage(page, stream, (block, inStream) -> {
                sum[0] += BlockLayout.pageBytes(block);
                checkBlock(block);
                charge(block);
            });
            liveBytes += sum[0];
            same(compartment.name(), "live bytes of page " + page, heap.liveBytesOf(page), sum[0]);
            if (pageTrouble != null) {
                finding(compartment.name() + ": page " + page + ": " + pageTrouble);
            }
        }

        private void checkBlock(long block) {
            int kind = BlockLayout.kind(block);
            if (BlockKind.isEntry(kind)) {
                boolean reachable = compartment.keys().slotOf(compartment.keys().hashOf(block), block) != 0;
                boolean detached = BlockKind.isLarge(kind) && compartment.collections().entry(CollectionTable.idOf(block)) == block;
                if (!reachable && !detached) {
                    pageTrouble = "entry at 0x" + Long.toHexString(block) + " of kind " + kind + " is live and in no index";
                }
                if (!reachable && detached && ListValues.isList(kind)) {
                    ListAudit.runs(block, this::charge); // deleted, its chunks not all freed yet
                }
                if (!reachable && detached && kind == BlockKind.STREAM) {
                    StreamAudit.runs(block, this::charge);
                }
            } else if (kind == BlockKind.RUN_MARK) {
                long run = BlockHeap.markedEntry(block);
                if (BlockLayout.mark(run) != block) {
                    pageTrouble = "mark at 0x" + Long.toHexString(block) + " is not its run's";
                }
            }
        }

        private void charge(long block) {
            int kind = BlockLayout.kind(block);
            if (kind == BlockKind.RUN_MARK) {
                return;
            }
            int owner = BlockLayout.owner(block);
            int prefix = BlockKind.isEntry(kind) ? owner >>> 16 : owner == 0 ? 0 : compartment.collections().prefixId(owner);
            prefixSums.computeIfAbsent(prefix, p -> new long[2])[0] += BlockLayout.roundedBytes(BlockLayout.bytes(block));
        }

        void walkKeys() {
            HashIndex index = compartment.keys();
            long cursor = 0;
            do {
                cursor = index.scan(cursor, (entry, slot) -> {
                    indexedKeys++;
                    int database = BlockLayout.database(entry);
                    keys[database]++;
                    if (BlockLayout.hasTtl(entry) && ExpiryWord.millis(Mem.getLong(EntryLayout.expiryAddress(entry))) != 0) {
                        expiring[database]++;
                    }
                    prefixSums.computeIfAbsent(EntryLayout.prefixId(entry), p -> new long[2])[1]++;
                    checkIndexed(index, entry);
                    checkValue(entry);
                });
            } while (cursor != 0);
        }

        private void checkValue(long entry) {
            if (ListValues.isList(BlockLayout.kind(entry))) {
                String trouble = ListAudit.trouble(compartment, entry);
                if (trouble != null) {
                    finding(compartment.name() + ": list at 0x" + Long.toHexString(entry) + ": " + trouble);
                }
                ListAudit.runs(entry, this::charge);
            }
            if (BlockLayout.kind(entry) == BlockKind.STREAM) {
                String trouble = StreamAudit.trouble(entry);
                if (trouble != null) {
                    finding(compartment.name() + ": stream at 0x" + Long.toHexString(entry) + ": " + trouble);
                }
                StreamAudit.runs(entry, this::charge);
            }
            if (BlockLayout.kind(entry) == BlockKind.HASH_LARGE || BlockLayout.kind(entry) == BlockKind.SET_LARGE) {
                String trouble = VectorAudit.trouble(compartment, entry);
                if (trouble != null) {
                    finding(compartment.name() + ": value at 0x" + Long.toHexString(entry) + ": " + trouble);
                }
            }
        }

        void walkMembers() {
            HashIndex index = compartment.members();
            long cursor = 0;
            do {
                cursor = index.scan(cursor, (block, slot) -> {
                    indexedMembers++;
                    checkIndexed(index, block);
                });
            } while (cursor != 0);
        }

        void comparePrefixes() {
            PrefixBooks books = compartment.prefixes();
            if (books == PrefixBooks.NONE) {
                return;
            }
            // Prefixes of which nothing was found must have empty books, too.
            books.topByBytes(Integer.MAX_VALUE).forEach(usage -> prefixSums.computeIfAbsent(usage.id(), id -> new long[2]));
            prefixSums.forEach((id, sum) -> {
                same(compartment.name(), "bytes of prefix " + id, books.bytesOf(id), sum[0]);
                same(compartment.name(), "keys of prefix " + id, books.keysOf(id), sum[1]);
            });
        }

        private void checkIndexed(HashIndex index, long block) {
            if (BlockLayout.isRun(block)) {
                charge(block);
            } else if (BlockLayout.isDead(block)) {
                finding(compartment.name() + ": the index points to a dead block at 0x" + Long.toHexString(block));
            }
            if (index.slotOf(index.hashOf(block), block) == 0) {
                finding(compartment.name() + ": block at 0x" + Long.toHexString(block) + " is not where its hash says");
            }
        }
    }
}
