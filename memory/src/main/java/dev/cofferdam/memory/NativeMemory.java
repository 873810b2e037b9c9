// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The three system calls behind the arena, mmap, munmap and madvise, and the one that tells a thread's processor time, bound once through the
 * foreign-function interface.
 *
 * <p>Owns nothing; any thread. Constants are those of Linux on x86-64 and AArch64.
 */
final class NativeMemory {
    private static final int PROT_READ_WRITE = 3;
    /** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE: addresses now, memory at first touch. */
    private static final int MAP_FLAGS = 0x2 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;

    private static final MethodHandle MMAP = bind("mmap", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP = bind("munmap",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE = bind("madvise",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private static final int CLOCK_THREAD_CPUTIME_ID = 3;
    private static final MethodHandle CLOCK_GETTIME = bind("clock_gettime",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    /** Where the system writes a thread's time: seconds and nanoseconds. */
    private static final ThreadLocal<Long> TIMES = ThreadLocal.withInitial(() -> Mem.scratch(16));

    private NativeMemory() {
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = Linker.nativeLinker().defaultLookup().find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError(name + ": the C library of this system does not have it"));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    /** Reserves addresses without memory behind them. Throws when the system refuses, naming the size. */
    static long reserve(long bytes) {
        long address = (long) call(MMAP, 0L, bytes, PROT_READ_WRITE, MAP_FLAGS, -1, 0L);
        if (address == -1L) {
            throw new OutOfMemoryError(
                    "mmap: cannot reserve " + bytes + " bytes of address space; look at vm.overcommit_memory and ulimit -v");
        }
        return address;
    }

    static void release(long address, long bytes) {
        int result = (int) call(MUNMAP, address, bytes);
        if (result != 0) {
            throw new IllegalStateException("munmap refused for " + bytes + " bytes");
        }
    }

    /** Gives the memory behind the range back to the system at once; the addresses stay and read as zero. */
    static void decommit(long address, long bytes) {
        int result;
        try {
            result = (int) MADVISE.invokeExact(address, bytes, MADV_DONTNEED); // often, on the event loop: no boxing
        } catch (Throwable e) {
            throw new IllegalStateException("foreign call failed", e);
        }
        if (result != 0) {
            throw new IllegalStateException("madvise(DONTNEED) refused for " + bytes + " bytes at 0x" + Long.toHexString(address));
        }
    }

    /** Processor time of the calling thread; some 300 ns of it. */
    static long threadCpuNanos() {
        long time = TIMES.get();
        int result;
        try {
            result = (int) CLOCK_GETTIME.invokeExact(CLOCK_THREAD_CPUTIME_ID, time);
        } catch (Throwable e) {
            throw new IllegalStateException("foreign call failed", e);
        }
        if (result != 0) {
            throw new IllegalStateException("clock_gettime refused to tell the thread's processor time");
        }
        return Mem.getLong(time) * 1_000_000_000 + Mem.getLong(time + 8);
    }

    private static Object call(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("foreign call failed", e);
        }
    }
}
