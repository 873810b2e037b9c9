// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One Lua 5.1 interpreter: its stack as Java sees it, and Java functions as it sees them.
 *
 * <p>Owns the interpreter, its heap and the machine code of its callbacks. One thread at a time. What always holds: no error of Lua's unwinds a Java
 * frame. An error unwinds to the innermost protected call ({@link #call}), so between that and the library there may be no Java: a Java
 * function never raises. It returns what went wrong as a value, and a Lua function around it raises that. Memory can run out in any call that
 * allocates: ask {@link #ensure} before {@code pushString}, {@code createTable} and setting new fields of tables that were not made large enough.
 *
 * <p>Indexes are Lua's: from 1 at the bottom of the current function's frame, from -1 at the top.
 */
public final class LuaState implements AutoCloseable {
    public static final int NIL = 0;

    /** Loads the library and binds its functions, which takes some tenths of a second once in a process. Any thread. */
    public static void prepare() {
        LuaLibrary.prepare();
    }

    public static final int BOOLEAN = 1;
    public static final int LIGHT_USER_DATA = 2;
    public static final int NUMBER = 3;
    public static final int STRING = 4;
    public static final int TABLE = 5;
    public static final int FUNCTION = 6;
    private static final int THREAD = 8;

    public static final int OK = 0;
    /** Result of {@link #call} when Lua ran out of memory. */
    public static final int NO_MEMORY = 4;

    /** Pseudo-index of the table that only we see. */
    private static final int REGISTRY = -10000;

    private static final byte BYTECODE = 27;
    private static final int GC_STOP = 0;
    private static final int GC_RESTART = 1;
    private static final int GC_COLLECT = 2;
    private static final int GC_SET_PAUSE = 6;
    private static final int GC_SET_STEP = 7;
    private static final int HOOK_COUNT_MASK = 1 << 3;
    private static final FunctionDescriptor ALLOCATOR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor FUNCTION_OF_LUA = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor HOOK = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG);
    private static final List<String> LIBRARIES = List.of("luaopen_base", "luaopen_table", "luaopen_string", "luaopen_math",
            "luaopen_debug");
    /** Memory a new state needs until its libraries are open. */
    private static final long START_BYTES = 256 * 1024;

    private final LuaHeap heap;
    private final Arena callbacks = Arena.ofShared();
    private final long main;
    /** What all threads of this state share. */
    private final long global;
    private final long raise;
    private final Runnable onCount;
    private int hookInstructions;
    private long hookStub;
    /** The thread (coroutine) that runs now. */
    private long thread;
    private final LuaStrings strings;
    /** By their number in the registry, which keeps them: objects do not move. */
    private long[] refContents = new long[64];
    private byte[] refTypes = new byte[64];
    /** What all tables without fields have in common. */
    private final long emptyHashPart;

    /**
     * Makes a state with the base, string, table, math and debug libraries.
     *
     * @param limitBytes most that it takes of the account
     * @param onCount called while Lua runs, each time so many instructions have passed as {@link #countInstructions} said
     */
    public LuaState(Account account, long limitBytes, Runnable onCount) {
        this.heap = new LuaHeap(account, limitBytes);
        this.onCount = onCount;
        if (!heap.ensure(START_BYTES)) {
            heap.releaseEmptyPages();
            throw new OutOfMemoryError("account '" + account.name() + "' has no " + START_BYTES + " bytes for a Lua state: uses "
                    + account.usedBytes() + " of " + account.maxBytes());
        }
        raise = LuaLibrary.address("luaL_error");
        main = newState(callback("allocate", MethodType.methodType(long.class, long.class, long.class, long.class, long.class), ALLOCATOR));
        thread = main;
        global = LuaLayout.global(main);
        strings = new LuaStrings(global, heap);
        for (String library : LIBRARIES) {
            pushNative(LuaLibrary.address(library));
            if (call(0, 0, 0) != OK) {
                throw new IllegalStateException("Lua: " + library + " failed");
            }
        }
        createTable(0, 0);
        emptyHashPart = LuaLayout.hashPart(content(-1));
        if (!new LayoutCheck(this, main).fits()) {
            close();
            throw new UnsatisfiedLinkError("scripting: the Lua library is not the one this build was made for");
        }
        setTop(0);
    }

    private long callback(String method, MethodType type, FunctionDescriptor descriptor) {
        try {
            MethodHandle handle = MethodHandles.lookup().findVirtual(LuaState.class, method, type).bindTo(this);
            return LuaLibrary.stub(handle, descriptor, callbacks);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---------------------------------------------------------------- called by Lua

    @SuppressWarnings("unused") // by its name, see callback()
    private long allocate(long userData, long block, long oldBytes, long newBytes) {
        return heap.allocate(block, oldBytes, newBytes);
    }

    @SuppressWarnings("unused")
    private void counted(long onThread, long activation) {
        long before = thread;
        boolean unwindable = heap.setUnwindable(false);
        thread = onThread;
        try {
            onCount.run();
        } finally {
            thread = before;
            heap.setUnwindable(unwindable);
        }
    }

    private int run(LuaFunction function, long onThread) {
        long before = thread;
        boolean unwindable = heap.setUnwindable(false);
        thread = onThread;
        try {
            return function.run(this);
        } finally {
            thread = before;
            heap.setUnwindable(unwindable);
        }
    }

    /** In a Java function that a Lua function called: how many results that function's own caller uses; -1 for all there are. */
    public int resultsWanted() {
        return LuaLayout.resultsWanted(thread);
    }

    // ---------------------------------------------------------------- functions

    /** Pushes a Java function as a value of Lua's; for the state's life. */
    public void pushFunction(LuaFunction function) {
        try {
            MethodHandle handle = MethodHandles.lookup()
                .findVirtual(LuaState.class, "run", MethodType.methodType(int.class, LuaFunction.class, long.class));
            pushNative(LuaLibrary.stub(MethodHandles.insertArguments(handle, 0, this, function), FUNCTION_OF_LUA, callbacks));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the function below its {@code arguments} with Lua's own protection; {@code handler} is the index of the error handler or 0. */
    public int call(int arguments, int results, int handler) {
        boolean before = heap.setUnwindable(true);
        try {
            return (int) LuaLibrary.PCALL.invokeExact(thread, arguments, results, handler);
        } catch (Throwable e) {
            throw failed(e);
        } finally {
            heap.setUnwindable(before);
        }
    }

    /**
     * Compiles; pushes the function, or the error's text when the result is not {@link #OK}. Bytecode is not loaded, it can break the interpreter: what
     * begins like it fails as text does.
     */
    public int load(long source, long length, String name) {
        if (length > 0 && Mem.getByte(source) == BYTECODE) {
            return load(new byte[] {' ', BYTECODE}, 2, name);
        }
        return loadText(source, length, name);
    }

    /** As above, of a source on Java's heap; for sources of ours. */
    public int load(byte[] source, int length, String name) {
        try (Arena scratch = Arena.ofConfined()) {
            return loadText(scratch.allocateFrom(JAVA_BYTE, source).address(), length, name);
        }
    }

    private int loadText(long source, long length, String name) {
        try (Arena scratch = Arena.ofConfined()) {
            long label = scratch.allocateFrom(name).address();
            boolean before = heap.setUnwindable(true);
            try {
                return (int) LuaLibrary.LOAD_BUFFER.invokeExact(thread, source, length, label);
            } finally {
                heap.setUnwindable(before);
            }
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** See {@link LuaLayout#keepCallers}; for a function that {@link #load} made. */
    public int keepCallers(int index) {
        return LuaLayout.keepCallers(LuaLayout.proto(toPointer(index)));
    }

    /** The function's lines are no longer named in errors: it is ours, not the script's. For a function that {@link #load} made. */
    public void forgetLines(int index) {
        LuaLayout.forgetLines(LuaLayout.proto(toPointer(index)), heap);
    }

    /** From now on {@code onCount} is called each time so many instructions have passed, also in coroutines made later. */
    public void countInstructions(int instructions) {
        if (hookStub == 0) {
            hookStub = callback("counted", MethodType.methodType(void.class, long.class, long.class), HOOK);
        }
        hookInstructions = instructions;
        hook(main, hookStub, instructions);
    }

    /** From {@code onCount}: every further instruction of the running thread raises an error, until {@link #endInterrupt}. */
    public void interrupt() {
        // The hook is then a function of the library that raises: the error unwinds the library's frames only.
        hook(thread, raise, 1);
    }

    /** The interrupted call is over. */
    public void endInterrupt() {
        hook(main, hookStub, hookInstructions);
    }

    private static void hook(long onThread, long function, int instructions) {
        try {
            int ignored = (int) LuaLibrary.SET_HOOK.invokeExact(onThread, function, HOOK_COUNT_MASK, instructions);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    // ---------------------------------------------------------------- memory

    /**
     * True when the next call can take {@code bytes} without fail: the bytes of a string, or of a table's slots. Also sees to the library's own
     * table of strings.
     */
    public boolean ensure(long bytes) {
        long step = LuaLayout.stringTableStep(global);
        return ensureOrCollect(step <= LuaHeap.SMALL_MAX_BYTES ? bytes + LuaLayout.STRING_HEADER_BYTES + 1 : bytes + step);
    }

    /** As {@link #ensure}, for a table with so many slots of each kind. */
    public boolean ensureTable(long elements, long fields) {
        long nodes = fields == 0 ? 0 : Long.highestOneBit(2 * fields - 1) * LuaLayout.NODE_BYTES;
        return ensureOrCollect(LuaLayout.TABLE_BYTES + elements * LuaLayout.VALUE_BYTES + nodes);
    }

    /** True when so many values can be pushed; grows the stack if need be. */
    public boolean ensureStack(int slots) {
        if (LuaLayout.freeSlots(thread) > slots + 5) {
            return true;
        }
        if (!ensureOrCollect(2L * (LuaLayout.stackSlots(thread) + slots + 16) * LuaLayout.VALUE_BYTES)) {
            return false;
        }
        try {
            return (int) LuaLibrary.CHECK_STACK.invokeExact(thread, slots) != 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** What earlier scripts left must not be the reason for a refusal. */
    private boolean ensureOrCollect(long bytes) {
        if (heap.ensure(bytes)) {
            return true;
        }
        collect();
        return heap.ensure(bytes);
    }

    /** Collects all garbage now. */
    public void collect() {
        heap.ensure(LuaLayout.stringTableShrinkBytes(global));
        gc(GC_COLLECT, 0);
    }

    /** When the collector starts anew, in percent of what was live, and how much faster than allocation it works. */
    public void setCollector(int pausePercent, int stepPercent) {
        gc(GC_SET_PAUSE, pausePercent);
        gc(GC_SET_STEP, stepPercent);
    }

    private void gc(int what, int argument) {
        try {
            int ignored = (int) LuaLibrary.GC.invokeExact(thread, what, argument);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void setCollecting(boolean now) {
        gc(now ? GC_RESTART : GC_STOP, 0);
    }

    /** Bytes of pages and runs. */
    public long heldBytes() {
        return heap.heldBytes();
    }

    public long limitBytes() {
        return heap.limitBytes();
    }

    public void setLimitBytes(long bytes) {
        heap.setLimitBytes(bytes);
    }

    /** How often memory was refused; grows when a script ran into the limit. */
    public long refusals() {
        return heap.refusals();
    }

    // ---------------------------------------------------------------- stack

    public int getTop() {
        return (int) ((LuaLayout.top(thread) - LuaLayout.base(thread)) / LuaLayout.VALUE_BYTES);
    }

    public void setTop(int index) {
        long top = LuaLayout.top(thread);
        long wanted = index >= 0
                ? LuaLayout.base(thread) + (long) index * LuaLayout.VALUE_BYTES
                : top + (index + 1L) * LuaLayout.VALUE_BYTES;
        for (; top < wanted; top += LuaLayout.VALUE_BYTES) {
            LuaLayout.setNil(top);
        }
        LuaLayout.setTop(thread, wanted);
    }

    public void pop(int values) {
        setTop(-values - 1);
    }

    public void pushValue(int index) {
        long value = slot(index);
        push(LuaLayout.content(value), LuaLayout.type(value));
    }

    public void insert(int index) {
        long place = slot(index);
        long top = LuaLayout.top(thread);
        for (long each = top; each > place; each -= LuaLayout.VALUE_BYTES) {
            LuaLayout.copyValue(each - LuaLayout.VALUE_BYTES, each);
        }
        LuaLayout.copyValue(top, place);
    }

    public void replace(int index) {
        long top = LuaLayout.top(thread) - LuaLayout.VALUE_BYTES;
        LuaLayout.copyValue(top, slot(index));
        LuaLayout.setTop(thread, top);
    }

    /** Type of a value; {@link #NIL} also where there is none. */
    public int type(int index) {
        long value = slot(index);
        return value >= LuaLayout.top(thread) ? NIL : LuaLayout.type(value);
    }

    private long slot(int index) {
        return index > 0
                ? LuaLayout.base(thread) + (index - 1L) * LuaLayout.VALUE_BYTES
                : LuaLayout.top(thread) + (long) index * LuaLayout.VALUE_BYTES;
    }

    /** What lies in the slot: the address of a string, table or function. */
    long content(int index) {
        return LuaLayout.content(slot(index));
    }

    public boolean toBoolean(int index) {
        int type = type(index);
        return type == BOOLEAN ? Mem.getInt(slot(index)) != 0 : type != NIL;
    }

    /** The number at the index, which must be one. */
    public double number(int index) {
        return Mem.getDouble(slot(index));
    }

    /** The number at the index, or the one a string there spells, or 0. */
    public double toNumber(int index) {
        try {
            return (double) LuaLibrary.TO_NUMBER.invokeExact(thread, index);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Address of the bytes of the string at the index, which must be one. Valid while the string is on the stack. */
    public long stringAddress(int index) {
        return LuaLayout.stringBytes(slot(index));
    }

    public long stringLength(int index) {
        return LuaLayout.stringLength(stringAddress(index));
    }

    /** The string at the index, which must be one, one character a byte. Allocates. */
    public String string(int index) {
        return new String(bytes(index), StandardCharsets.ISO_8859_1);
    }

    public byte[] bytes(int index) {
        return Mem.bytes(stringAddress(index), Math.toIntExact(stringLength(index)));
    }

    /** Identity of a table, function or thread; 0 for other values. */
    public long toPointer(int index) {
        int type = type(index);
        return type == TABLE || type == FUNCTION || type == THREAD ? content(index) : 0;
    }

    /** The pointer of a light user datum. */
    public long light(int index) {
        return Mem.getLong(slot(index));
    }

    /** Number of array elements of a table, as the # operator counts. */
    public long length(int index) {
        try {
            return (long) LuaLibrary.OBJ_LEN.invokeExact(thread, index);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private void push(long content, int type) {
        long top = LuaLayout.top(thread);
        LuaLayout.setValue(top, content, type);
        LuaLayout.setTop(thread, top + LuaLayout.VALUE_BYTES);
    }

    public void pushNil() {
        push(0, NIL);
    }

    public void pushBoolean(boolean value) {
        push(value ? 1 : 0, BOOLEAN);
    }

    public void pushNumber(double value) {
        push(Double.doubleToRawLongBits(value), NUMBER);
    }

    public void pushLight(long pointer) {
        push(pointer, LIGHT_USER_DATA);
    }

    /** Pushes a copy of the bytes; {@link #ensure} first. */
    public void pushString(long address, long length) {
        long string = strings.intern(address, length);
        if (string != 0) {
            push(string, STRING);
            return;
        }
        pushByLibrary(address, length);
    }

    /** For {@link LayoutCheck}: by the library, or without it; then nil where that cannot be. */
    void pushString(long address, long length, boolean byLibrary) {
        if (byLibrary) {
            pushByLibrary(address, length);
        } else {
            long string = strings.intern(address, length);
            push(string, string == 0 ? NIL : STRING);
        }
    }

    /** For {@link LayoutCheck}: a copy of the bytes where the library sees them. */
    long takeScratch(byte[] bytes) {
        long copy = heap.takeBlock(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            Mem.putByte(copy + i, bytes[i]);
        }
        return copy;
    }

    void freeScratch(long block) {
        heap.freeBlock(block);
    }

    private void pushByLibrary(long address, long length) {
        try {
            LuaLibrary.PUSH_LSTRING.invokeExact(thread, address, length);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** As above, of bytes on Java's heap; for texts of ours. */
    public void pushString(byte[] bytes) {
        try (Arena scratch = Arena.ofConfined()) {
            pushByLibrary(scratch.allocateFrom(JAVA_BYTE, bytes).address(), bytes.length);
        }
    }

    /** Pushes text, one byte a character. */
    public void pushText(String text) {
        pushString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Pushes a new table with room for so many elements and fields; {@link #ensureTable} first. */
    public void createTable(int elements, int fields) {
        try {
            LuaLibrary.CREATE_TABLE.invokeExact(thread, elements, fields);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Pops key and value into the table at the index, past its metatable. */
    public void rawSet(int index) {
        try {
            LuaLibrary.RAW_SET.invokeExact(thread, index);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    public void rawSet(int index, int element) {
        try {
            LuaLibrary.RAW_SETI.invokeExact(thread, index, element);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** True for a table of exactly so many elements without any field, and without a metatable. */
    public boolean isPlainArray(int index, int elements) {
        return type(index) == TABLE && LuaLayout.isPlainArray(content(index), elements, emptyHashPart);
    }

    /** Pops a value into an element of a table that {@link #isPlainArray}; allocates nothing. */
    public void setElement(int index, int element) {
        try {
            LuaLibrary.SET_ELEMENT.invokeExact(thread, index, element);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Replaces the key on top by the table's value for it, past its metatable. */
    public void rawGet(int index) {
        try {
            LuaLibrary.RAW_GET.invokeExact(thread, index);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    public void rawGet(int index, int element) {
        try {
            LuaLibrary.RAW_GETI.invokeExact(thread, index, element);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Replaces the key on top by the table's next key and value; false, with the key popped, when it was the last. The key must be of the table. */
    public boolean next(int index) {
        try {
            return (int) LuaLibrary.NEXT.invokeExact(thread, index) != 0;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Pops a value into the registry; answers its number there. */
    public int ref() {
        heap.ensure(64 * 1024);
        long value = slot(-1);
        long content = LuaLayout.content(value);
        int type = LuaLayout.type(value);
        try {
            int ref = (int) LuaLibrary.REF.invokeExact(thread, REGISTRY);
            if (ref >= refContents.length) {
                refContents = Arrays.copyOf(refContents, 2 * ref);
                refTypes = Arrays.copyOf(refTypes, 2 * ref);
            }
            refContents[ref] = content;
            refTypes[ref] = (byte) type;
            return ref;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    public void unref(int ref) {
        try {
            LuaLibrary.UNREF.invokeExact(thread, REGISTRY, ref);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    public void pushRef(int ref) {
        push(refContents[ref], refTypes[ref]);
    }

    private void pushNative(long function) {
        try {
            LuaLibrary.PUSH_CCLOSURE.invokeExact(thread, function, 0);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static long newState(long allocator) {
        try {
            long state = (long) LuaLibrary.NEW_STATE.invokeExact(allocator, 0L);
            if (state == 0) {
                throw new OutOfMemoryError("Lua: no memory for a state");
            }
            return state;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
    }

    /** Frees everything; all memory goes back to the account. */
    @Override
    public void close() {
        try {
            LuaLibrary.CLOSE.invokeExact(main);
        } catch (Throwable e) {
            throw failed(e);
        }
        heap.releaseEmptyPages();
        callbacks.close();
    }
}
