// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

/**
 * Buffers and records that live for a while: powers of two carved from pages, runs for what is larger than half a page. All of it is paid by one account.
 *
 * <p>Owns its pages and runs; gives a page back as soon as its last buffer is returned. One thread. A page holds buffers of one size; its
 * figures lie in arrays by page number, the list of its free buffers in the buffers themselves.
 *
 * <pre>
 *  page of size class s:  | buffer | free: offset of the next free one | buffer | ... |
 * </pre>
 */
public final class BufferPool {
    /** Smallest buffer of a connection. */
    public static final int SMALLEST_BYTES = 512;
    private static final int NONE = -1;
    private static final int KEPT_PAGES_MAX = 16;
    /** The pages kept are at most one part in this many of the account's reserve. */
    private static final int KEPT_RESERVE_SHARE = 8;

    private final Account account;
    private final Arena arena;
    private final int pageBytes;
    private final int largestBytes;
    private final int smallestBytes;
    private final int smallestShift;
    /** Per size class: first page with a free buffer. */
    private final int[] pagesWithRoom;
    /** Per page: offset of its first free buffer, buffers in use, size class, neighbours in its class's list. */
    private final int[] freeOffset;
    private final short[] usedBuffers;
    private final byte[] classOf;
    private final int[] nextPage;
    private final int[] previousPage;
    /** Pages set aside for small buffers, so that a client with half a command is never cut because others' uploads hold the account. */
    private final long[] keptPages;
    private int keptCount;
    private long usedBytes;

    /** Buffers of connections; some pages are set aside for them. */
    public BufferPool(Account account) {
        this(account, SMALLEST_BYTES,
                (int) Math.min(KEPT_PAGES_MAX, account.reserveBytes() / account.arena().pageBytes() / KEPT_RESERVE_SHARE));
    }

    /** Records of {@code smallestBytes}, a power of two, and more. */
    public BufferPool(Account account, int smallestBytes) {
        this(account, smallestBytes, 0);
    }

    private BufferPool(Account account, int smallestBytes, int pagesToKeep) {
        this.account = account;
        this.smallestBytes = smallestBytes;
        this.smallestShift = Integer.numberOfTrailingZeros(smallestBytes);
        this.arena = account.arena();
        this.pageBytes = arena.pageBytes();
        this.largestBytes = pageBytes / 2;
        int classes = Integer.numberOfTrailingZeros(largestBytes) - smallestShift + 1;
        pagesWithRoom = new int[classes];
        java.util.Arrays.fill(pagesWithRoom, NONE);
        int pages = arena.pageCount();
        freeOffset = new int[pages];
        usedBuffers = new short[pages];
        classOf = new byte[pages];
        nextPage = new int[pages];
        previousPage = new int[pages];
        keptPages = new long[pagesToKeep];
        for (long page = 1; page != 0 && keptCount < keptPages.length;) {
            page = account.takePage();
            if (page != 0) {
                keptPages[keptCount++] = page;
            }
        }
    }

    /** The size a buffer for so many bytes really has. Taking and returning go by this size. */
    public long capacityFor(long bytes) {
        if (bytes > largestBytes) {
            return (bytes + Arena.FRAME_BYTES - 1) & -Arena.FRAME_BYTES;
        }
        return bytes <= smallestBytes ? smallestBytes : Long.highestOneBit(bytes - 1) << 1;
    }

    /** Largest buffer that comes out of a page. */
    public int largestSmallBytes() {
        return largestBytes;
    }

    /** A buffer of {@code capacityFor(bytes)}, or 0 when the account refuses. */
    public long take(long bytes) {
        long capacity = capacityFor(bytes);
        long address = capacity > largestBytes ? account.takeRun(capacity) : takeSmall((int) capacity);
        if (address != 0) {
            usedBytes += capacity;
        }
        return address;
    }

    public void giveBack(long address, long bytes) {
        long capacity = capacityFor(bytes);
        usedBytes -= capacity;
        if (capacity > largestBytes) {
            account.returnRun(address, capacity);
        } else {
            giveBackSmall(address, (int) capacity);
        }
    }

    private long takeSmall(int capacity) {
        int sizeClass = Integer.numberOfTrailingZeros(capacity) - smallestShift;
        int page = pagesWithRoom[sizeClass];
        if (page == NONE) {
            page = openPage(sizeClass, capacity);
            if (page == NONE) {
                return 0;
            }
        }
        long address = addressOf(page) + freeOffset[page];
        freeOffset[page] = Mem.getInt(address);
        usedBuffers[page]++;
        if (freeOffset[page] == NONE) {
            unlink(page, sizeClass);
        }
        return address;
    }

    private void giveBackSmall(long address, int capacity) {
        int sizeClass = Integer.numberOfTrailingZeros(capacity) - smallestShift;
        int page = arena.pageIndex(address);
        if (classOf[page] != sizeClass || usedBuffers[page] == 0) {
            throw new IllegalStateException(
                    "connection buffer of " + capacity + " bytes given back to a page of class " + classOf[page] + " with "
                            + usedBuffers[page] + " in use");
        }
        boolean wasFull = freeOffset[page] == NONE;
        Mem.putInt(address, freeOffset[page]);
        freeOffset[page] = (int) (address - addressOf(page));
        usedBuffers[page]--;
        if (usedBuffers[page] == 0) {
            if (!wasFull) {
                unlink(page, sizeClass);
            }
            returnPage(addressOf(page));
        } else if (wasFull) {
            link(page, sizeClass);
        }
    }

    private void returnPage(long address) {
        if (keptCount < keptPages.length) {
            keptPages[keptCount++] = address;
        } else {
            account.returnPage(address);
        }
    }

    private int openPage(int sizeClass, int capacity) {
        long address = account.takePage();
        if (address == 0 && keptCount > 0) {
            address = keptPages[--keptCount];
        }
        if (address == 0) {
            return NONE;
        }
        int page = arena.pageIndex(address);
        int last = pageBytes - capacity;
        for (int offset = 0; offset <= last; offset += capacity) {
            Mem.putInt(address + offset, offset == last ? NONE : offset + capacity);
        }
        freeOffset[page] = 0;
        usedBuffers[page] = 0;
        classOf[page] = (byte) sizeClass;
        link(page, sizeClass);
        return page;
    }

    private void link(int page, int sizeClass) {
        int head = pagesWithRoom[sizeClass];
        nextPage[page] = head;
        previousPage[page] = NONE;
        if (head != NONE) {
            previousPage[head] = page;
        }
        pagesWithRoom[sizeClass] = page;
    }

    private void unlink(int page, int sizeClass) {
        int before = previousPage[page];
        int after = nextPage[page];
        if (before == NONE) {
            pagesWithRoom[sizeClass] = after;
        } else {
            nextPage[before] = after;
        }
        if (after != NONE) {
            previousPage[after] = before;
        }
    }

    private long addressOf(int page) {
        return arena.baseAddress() + (long) page * pageBytes;
    }

    /** Bytes of buffers in use; the account pays whole pages. */
    public long usedBytes() {
        return usedBytes;
    }

    public Account account() {
        return account;
    }
}
