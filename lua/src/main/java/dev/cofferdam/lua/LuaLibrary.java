// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The functions of the Lua 5.1 library, bound once when the first state is made.
 *
 * <p>Owns nothing but the loaded library; any thread. Pointers are plain longs. Functions that neither allocate nor call back are bound as critical:
 * they cost a few nanoseconds, but the thread cannot stop for the collector inside them, so each must be short.
 *
 * <p>Loading throws {@link UncheckedIOException} when the library cannot be unpacked and {@link UnsatisfiedLinkError} when this machine has none.
 */
final class LuaLibrary {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = load();

    static final MethodHandle NEW_STATE = bind("lua_newstate", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CLOSE = bindVoid("lua_close", JAVA_LONG);
    static final MethodHandle PCALL = bind("lua_pcall", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle LOAD_BUFFER = bind("luaL_loadbuffer", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PUSH_LSTRING = bindVoid("lua_pushlstring", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PUSH_CCLOSURE = bindVoid("lua_pushcclosure", JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle CREATE_TABLE = bindVoid("lua_createtable", JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle RAW_SET = bindVoid("lua_rawset", JAVA_LONG, JAVA_INT);
    static final MethodHandle RAW_SETI = bindVoid("lua_rawseti", JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle REF = bind("luaL_ref", JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle UNREF = bindVoid("luaL_unref", JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle CHECK_STACK = bind("lua_checkstack", JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle GC = bind("lua_gc", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle SET_HOOK = bind("lua_sethook", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);

    static final MethodHandle TO_NUMBER = critical("lua_tonumber", JAVA_DOUBLE, JAVA_LONG, JAVA_INT);
    static final MethodHandle OBJ_LEN = critical("lua_objlen", JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle RAW_GET = criticalVoid("lua_rawget", JAVA_LONG, JAVA_INT);
    static final MethodHandle RAW_GETI = criticalVoid("lua_rawgeti", JAVA_LONG, JAVA_INT, JAVA_INT);
    /** Of a table whose element is there already: then nothing is allocated. */
    static final MethodHandle SET_ELEMENT = criticalVoid("lua_rawseti", JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle NEXT = critical("lua_next", JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle MALLOC = LINKER.downcallHandle(standard("malloc"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MALLOC_SIZE = LINKER.downcallHandle(standard("malloc_usable_size"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = LINKER.downcallHandle(standard("free"), FunctionDescriptor.ofVoid(JAVA_LONG));

    private LuaLibrary() {
    }

    private static MemorySegment standard(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name + ": not in the C library"));
    }

    /** Memory outside every account; see {@link LuaHeap}. */
    static long takeMemory(long bytes) {
        try {
            return (long) MALLOC.invokeExact(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static long memorySize(long block) {
        try {
            return (long) MALLOC_SIZE.invokeExact(block);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void freeMemory(long block) {
        try {
            FREE.invokeExact(block);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@link dev.cofferdam.memory.Mem#copy}, also for memory that no arena knows. */
    static void copyMemory(long from, long to, long bytes) {
        MemorySegment all = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        MemorySegment.copy(all, from, all, to, bytes);
    }

    /** Does nothing but what the first use of this class does. */
    static void prepare() {
        symbol("lua_gettop");
    }

    /** Address of a function of the library, for Lua itself to call. */
    static long address(String name) {
        return SYMBOLS.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name + ": not in the Lua library")).address();
    }

    /** Machine code that calls the handle; lives as long as the arena. */
    static long stub(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
        return LINKER.upcallStub(target, descriptor, arena).address();
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, parameters));
    }

    private static MethodHandle bindVoid(String name, MemoryLayout... parameters) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(parameters));
    }

    private static MethodHandle critical(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, parameters), Linker.Option.critical(false));
    }

    private static MethodHandle criticalVoid(String name, MemoryLayout... parameters) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(parameters), Linker.Option.critical(false));
    }

    private static MemorySegment symbol(String name) {
        return SYMBOLS.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name + ": not in the Lua library"));
    }

    /** Unpacks the library into a file that only we can read, loads it and removes the file: the mapping stays. */
    private static SymbolLookup load() {
        String resource = "/" + resourceName();
        try (InputStream bytes = LuaLibrary.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new UnsatisfiedLinkError("scripting: no Lua library " + resource + " in this build");
            }
            Path file = Files.createTempFile("cofferdam-lua-", ".so");
            try {
                Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
                return SymbolLookup.libraryLookup(file, Arena.global());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("scripting: cannot unpack the Lua library to " + System.getProperty("java.io.tmpdir")
                    + "; set -Djava.io.tmpdir to a folder that can be written and executed", e);
        }
    }

    private static String resourceName() {
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (machine) {
            case "amd64", "x86_64" -> "liblua5164.so";
            case "aarch64", "arm64" -> "liblua51arm64.so";
            default -> throw new UnsatisfiedLinkError("scripting: no Lua library for " + machine);
        };
    }
}
