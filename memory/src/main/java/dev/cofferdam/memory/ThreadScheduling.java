// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How the system divides processors between threads that want them at once: how soon a thread gets one, and how much of it.
 *
 * <p>Owns nothing; a call is about its own thread, or about those of this process with a name. It is a wish: without Linux, or where a sandbox forbids the call, nothing happens and nothing
 * depends on it. Needs no privileges. See sched_setattr(2); a time slice of one's own counts from Linux 6.12 on, where a thread that wakes with a
 * shorter slice than the running one's takes its place at once. So a long slice is not a larger share: who has one is interrupted by everybody else.
 */
public final class ThreadScheduling {
    /** Numbers of sched_setattr; sched_getattr is the next one. */
    private static final long SET_X86_64 = 314;
    private static final long SET_AARCH64 = 274;
    /** struct sched_attr, first version: size at 0, policy 4, flags 8, nice 16, priority 20, runtime 24, deadline 32, period 40. */
    private static final int ATTRIBUTES_BYTES = 48;
    private static final int NICE = 16;
    private static final int RUNTIME = 24;
    private static final int NICE_MAX = 19;
    /** The most the system takes: gives way to whoever wakes. */
    public static final long LONGEST_SLICE_NANOS = 100_000_000;
    /** The system knows that much of a thread's name. */
    private static final int NAME_MAX = 15;

    private ThreadScheduling() {
    }

    /**
     * Changes the calling thread's share and time slice. Once in a thread's life.
     *
     * @param moreNice 0 for the share it has, up to 19 for less: each step is about a fifth less
     * @param sliceNanos 100,000 to 100,000,000; 0 for the system's usual slice
     * @return whether the system took it
     */
    public static boolean change(int moreNice, long sliceNanos) {
        return change(0, moreNice, sliceNanos);
    }

    /**
     * Changes the time slice of the process's threads whose name begins so, Java's own among them.
     *
     * @return how many took it
     */
    public static int changeNamed(String name, long sliceNanos) {
        String beginning = name.substring(0, Math.min(name.length(), NAME_MAX));
        int changed = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                if (Files.readString(task.resolve("comm")).startsWith(beginning)
                        && change(Integer.parseInt(task.getFileName().toString()), 0, sliceNanos)) {
                    changed++;
                }
            }
        } catch (IOException e) {
            return changed; // no such folder on this system, or a thread that has just ended
        }
        return changed;
    }

    private static boolean change(long task, int moreNice, long sliceNanos) {
        long set = switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> SET_X86_64;
            case "aarch64" -> SET_AARCH64;
            default -> 0;
        };
        MemorySegment symbol = Linker.nativeLinker().defaultLookup().find("syscall").orElse(MemorySegment.NULL);
        if (set == 0 || symbol.equals(MemorySegment.NULL) || !System.getProperty("os.name").equals("Linux")) {
            return false;
        }
        FunctionDescriptor descriptor = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        MethodHandle systemCall = Linker.nativeLinker().downcallHandle(symbol, descriptor, Linker.Option.firstVariadicArg(1));
        long attributes = Mem.scratch(ATTRIBUTES_BYTES);
        try {
            if ((long) systemCall.invokeExact(set + 1, task, attributes, (long) ATTRIBUTES_BYTES, 0L) != 0) {
                return false;
            }
            Mem.putInt(attributes + NICE, Math.min(NICE_MAX, Mem.getInt(attributes + NICE) + moreNice));
            Mem.putLong(attributes + RUNTIME, sliceNanos);
            return (long) systemCall.invokeExact(set, task, attributes, 0L, 0L) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("foreign call failed", e);
        }
    }
}
