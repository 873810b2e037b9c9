// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import java.util.ArrayList;
import java.util.List;

/** One library of FUNCTION LOAD: its code, which each engine runs once to get at the functions, and the functions. */
final class FunctionLibrary extends Source {
    private final String name;
    /** Whole, as it was given. */
    final long code;
    final int codeBytes;
    /** Bytes of the first line, which is not Lua. */
    final int skippedBytes;
    final List<LibraryFunction> functions = new ArrayList<>();

    FunctionLibrary(int number, long serial, String name, long code, int codeBytes, int skippedBytes) {
        super(number, serial, 0);
        this.name = name;
        this.code = code;
        this.codeBytes = codeBytes;
        this.skippedBytes = skippedBytes;
    }

    @Override
    String name() {
        return name;
    }
}
