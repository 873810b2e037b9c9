// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import org.jspecify.annotations.Nullable;

/** One function of a library; {@code index} is its place in the list the library registers. */
final class LibraryFunction extends Source {
    final FunctionLibrary library;
    final int index;
    final @Nullable String description;
    private final String name;

    LibraryFunction(FunctionLibrary library, String name, @Nullable String description, int flags, int index) {
        super(library.number, library.serial, flags);
        this.library = library;
        this.name = name;
        this.description = description;
        this.index = index;
    }

    @Override
    String name() {
        return name;
    }
}
