// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaHeap;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All libraries of FUNCTION LOAD and their functions by name.
 *
 * <p>Owns the libraries' code, which the scripts' account pays. Event loop. Names of functions are one space over all libraries, in any case, as in Redis.
 */
final class FunctionLibraries {
    private static final int LIBRARIES_MAX = 1_000;
    private static final int FUNCTIONS_MAX = 20_000;
    private static final String BAD_NAME = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

    private final Scripting scripting;
    private final LuaHeap blocks;
    private final SourceNumbers numbers;
    private final Map<String, FunctionLibrary> libraries = new LinkedHashMap<>();
    private final Map<String, LibraryFunction> functions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<FunctionLibrary> dropped = new ArrayList<>();

    FunctionLibraries(Scripting scripting, LuaHeap blocks, SourceNumbers numbers) {
        this.scripting = scripting;
        this.blocks = blocks;
        this.numbers = numbers;
    }

    int libraryCount() {
        return libraries.size();
    }

    int functionCount() {
        return functions.size();
    }

    Collection<FunctionLibrary> all() {
        return libraries.values();
    }

    @Nullable
    LibraryFunction function(String name) {
        return functions.get(name);
    }

    @Nullable
    FunctionLibrary library(String name) {
        return libraries.get(name);
    }

    /** What was loaded: the library's name, or an error. */
    record Loaded(@Nullable FunctionLibrary library, @Nullable String error) {
        static Loaded failed(String text) {
            return new Loaded(null, text);
        }
    }

    /** FUNCTION LOAD: keeps the library, or changes nothing. */
    Loaded load(long code, int length, boolean replace) {
        Loaded made = make(code, length, replace);
        FunctionLibrary library = made.library();
        if (library == null) {
            return made;
        }
        FunctionLibrary old = libraries.get(library.name());
        for (LibraryFunction function : library.functions) {
            LibraryFunction other = functions.get(function.name());
            if (other != null && other.library != old) {
                drop(library);
                return Loaded.failed("Function " + function.name() + " already exists");
            }
        }
        if (old != null) {
            remove(old);
        }
        add(library);
        return made;
    }

    /** Reads the first line and lets the loader register the functions; the library belongs to the caller, who adds or drops it. */
    Loaded make(long code, int length, boolean replace) {
        freeDropped();
        if (length < 2 || Mem.getByte(code) != '#' || Mem.getByte(code + 1) != '!') {
            return Loaded.failed("Missing library metadata");
        }
        int end = Shebang.lineEnd(code, length);
        List<String> parts = end < 0 ? null : Words.split(new String(Mem.bytes(code, end), StandardCharsets.ISO_8859_1));
        if (parts == null || parts.isEmpty()) {
            return Loaded.failed("Invalid library metadata");
        }
        String name = null;
        for (String part : parts.subList(1, parts.size())) {
            if (!part.toLowerCase(Locale.ROOT).startsWith("name=")) {
                return Loaded.failed("Invalid metadata value given: " + part);
            }
            if (name != null) {
                return Loaded.failed("Invalid metadata value, name argument was given multiple times");
            }
            name = part.substring(5);
        }
        if (name == null) {
            return Loaded.failed("Library name was not given");
        }
        if (!name.matches("[a-zA-Z0-9_]+")) {
            return Loaded.failed(BAD_NAME);
        }
        String engine = parts.getFirst().substring(2);
        if (!engine.equalsIgnoreCase("lua")) {
            return Loaded.failed("Engine '" + engine + "' not found");
        }
        if (libraries.containsKey(name) && !replace) {
            return Loaded.failed("Library '" + name + "' already exists");
        }
        if (libraries.size() >= LIBRARIES_MAX || functions.size() >= FUNCTIONS_MAX) {
            return Loaded.failed("too many libraries or functions: at most " + LIBRARIES_MAX + " and " + FUNCTIONS_MAX);
        }
        return register(code, length, end, name);
    }

    /** As {@link #make}, of code on Java's heap, which replaces. */
    Loaded makeOfHeap(byte[] code) {
        long copy = blocks.takeBlock(Math.max(1, code.length));
        if (copy == 0) {
            return Loaded.failed("no memory for the library");
        }
        Mem.copyFrom(code, 0, copy, code.length);
        Loaded made = make(copy, code.length, true);
        blocks.freeBlock(copy);
        return made;
    }

    private Loaded register(long code, int length, int lineEnd, String name) {
        long copy = blocks.takeBlock(length);
        if (copy == 0) {
            return Loaded.failed("no memory for the library: 'scripts' uses " + scripting.account().usedBytes() + " of "
                    + scripting.account().maxBytes() + " bytes");
        }
        Mem.copy(code, copy, length);
        FunctionLibrary library = new FunctionLibrary(numbers.take(), numbers.serial(), name, copy, length, lineEnd);
        String error = scripting.load(library, (function, description, flags, index) -> library.functions
            .add(new LibraryFunction(library, function, description, flags, index)));
        if (error == null && library.functions.isEmpty()) {
            error = "No functions registered";
        }
        if (error != null) {
            drop(library);
            return Loaded.failed(error);
        }
        return new Loaded(library, null);
    }

    void add(FunctionLibrary library) {
        libraries.put(library.name(), library);
        library.functions.forEach(function -> functions.put(function.name(), function));
    }

    void remove(FunctionLibrary library) {
        unlink(library);
        drop(library);
    }

    /** Takes it out without dropping it: it may be put back. */
    void unlink(FunctionLibrary library) {
        libraries.remove(library.name());
        library.functions.forEach(function -> functions.remove(function.name()));
    }

    void drop(FunctionLibrary library) {
        dropped.add(library);
        freeDropped();
    }

    /** A lane may still be compiling one. */
    private void freeDropped() {
        for (int i = dropped.size() - 1; i >= 0; i--) {
            FunctionLibrary library = dropped.get(i);
            if (library.functions.stream().allMatch(function -> function.users == 0)) {
                dropped.remove(i);
                blocks.freeBlock(library.code);
                numbers.giveBack(library.number);
            }
        }
    }

    /** FUNCTION FLUSH. */
    void clear() {
        new ArrayList<>(libraries.values()).forEach(this::remove);
    }
}
