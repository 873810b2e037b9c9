// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.dump.Crc64;
import dev.cofferdam.server.scripting.FunctionLibraries.Loaded;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FUNCTION DUMP and RESTORE in Redis's format, so that libraries move between the two.
 *
 * <pre>
 * dump    = library ... | version (2 bytes, low first) | CRC64 of all before (8 bytes, low first)
 * library = 0xf5 | length | code
 * length  = 00xxxxxx | 01xxxxxx + 1 byte | 0x80 + 4 bytes, high first | 0x81 + 8 bytes
 * code    = bytes, or, behind 0xc3 instead of a length: length compressed | length | LZF
 * </pre>
 *
 * Stateless. Event loop. We write without compression.
 */
final class FunctionDump {
    private static final int LIBRARY = 0xf5;
    private static final int VERSION = 10;
    private static final int FOOTER_BYTES = 10;
    private static final int COMPRESSED = 0xc3;
    private static final int CODE_MAX_BYTES = 64 << 20;
    private static final String BROKEN = "failed loading the given functions payload";

    private FunctionDump() {
    }

    static byte[] write(Collection<FunctionLibrary> libraries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (FunctionLibrary library : libraries) {
            out.write(LIBRARY);
            writeLength(out, library.codeBytes);
            out.writeBytes(Mem.bytes(library.code, library.codeBytes));
        }
        out.write(VERSION);
        out.write(0);
        byte[] bytes = out.toByteArray();
        long crc = 0;
        for (byte b : bytes) {
            crc = Crc64.step(crc, b);
        }
        for (int i = 0; i < 8; i++) {
            out.write((int) (crc >>> 8 * i));
        }
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 1 << 6) {
            out.write(length);
        } else if (length < 1 << 14) {
            out.write(0x40 | length >> 8);
            out.write(length);
        } else {
            out.write(0x80);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
    }

    /** Takes all libraries of a dump, or none; answers what is wrong, or null. */
    static @Nullable String restore(FunctionLibraries libraries, long dump, int length, boolean flush, boolean replace) {
        if (!isWhole(dump, length)) {
            return "DUMP payload version or checksum are wrong";
        }
        List<FunctionLibrary> made = new ArrayList<>();
        String error = read(libraries, dump, dump + length - FOOTER_BYTES, made);
        if (error == null && !flush) {
            error = join(libraries, made, replace);
        } else if (error == null) {
            error = clash(made, name -> null);
            if (error == null) {
                libraries.clear();
                made.forEach(libraries::add);
            }
        }
        if (error != null) {
            made.forEach(libraries::drop);
        }
        return error;
    }

    private static boolean isWhole(long dump, int length) {
        if (length < FOOTER_BYTES) {
            return false;
        }
        long footer = dump + length - FOOTER_BYTES;
        if ((Mem.getShort(footer) & 0xffff) > VERSION) {
            return false;
        }
        return Crc64.of(0, dump, length - 8L) == Mem.getLong(footer + 2);
    }

    private static @Nullable String read(FunctionLibraries libraries, long from, long end, List<FunctionLibrary> made) {
        Reader reader = new Reader(from, end);
        while (reader.at < end) {
            if (reader.unsigned() != LIBRARY) {
                return "given type is not a function";
            }
            if (!reader.string()) {
                return BROKEN;
            }
            byte[] code = reader.inflated;
            Loaded loaded;
            if (code == null) {
                loaded = libraries.make(reader.string, reader.length, true);
            } else {
                loaded = libraries.makeOfHeap(code);
            }
            FunctionLibrary library = loaded.library();
            if (library == null) {
                return loaded.error();
            }
            made.add(library);
        }
        return null;
    }

    private static @Nullable String join(FunctionLibraries libraries, List<FunctionLibrary> made, boolean replace) {
        List<FunctionLibrary> replaced = new ArrayList<>();
        for (FunctionLibrary library : made) {
            FunctionLibrary old = libraries.library(library.name());
            if (old != null && !replace) {
                return "Library " + library.name() + " already exists";
            }
            if (old != null) {
                replaced.add(old);
            }
        }
        replaced.forEach(libraries::unlink);
        String error = clash(made, name -> libraries.function(name));
        if (error != null) {
            replaced.forEach(libraries::add);
            return error;
        }
        made.forEach(libraries::add);
        replaced.forEach(libraries::drop);
        return null;
    }

    private static @Nullable String clash(List<FunctionLibrary> made, Known known) {
        java.util.Set<String> seen = new java.util.TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (FunctionLibrary library : made) {
            for (LibraryFunction function : library.functions) {
                if (known.function(function.name()) != null || !seen.add(function.name())) {
                    return "Function " + function.name() + " already exists";
                }
            }
        }
        return null;
    }

    private interface Known {
        @Nullable
        LibraryFunction function(String name);
    }

    /** Goes over a dump. */
    private static final class Reader {
        private final long end;
        long at;
        long string;
        int length;
        /** Set when the string was compressed. */
        byte @Nullable [] inflated;

        Reader(long at, long end) {
            this.at = at;
            this.end = end;
        }

        int unsigned() {
            return at < end ? Mem.getUnsignedByte(at++) : -1;
        }

        private long bigEndian(int bytes) {
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << 8 | unsigned() & 0xff;
            }
            return value;
        }

        private long length(int first) {
            return switch (first >> 6) {
                case 0 -> first & 0x3f;
                case 1 -> (first & 0x3f) << 8 | unsigned() & 0xff;
                default -> first == 0x80 ? bigEndian(4) : first == 0x81 ? bigEndian(8) : -1;
            };
        }

        boolean string() {
            inflated = null;
            int first = unsigned();
            if (first == COMPRESSED) {
                long packed = length(unsigned());
                long whole = length(unsigned());
                if (packed < 0 || packed > end - at || whole < 0 || whole > CODE_MAX_BYTES) {
                    return false;
                }
                inflated = inflate(at, packed, (int) whole);
                at += packed;
                return inflated != null;
            }
            long bytes = first < 0 ? -1 : length(first);
            if (bytes < 0 || bytes > end - at) {
                return false;
            }
            string = at;
            length = (int) bytes;
            at += bytes;
            return true;
        }

        /** LZF: a control byte below 32 announces so many and one plain bytes, any other a copy from what was written before. */
        private static byte @Nullable [] inflate(long from, long packed, int whole) {
            byte[] out = new byte[whole];
            long in = from;
            long stop = from + packed;
            int to = 0;
            while (in < stop) {
                int control = Mem.getUnsignedByte(in++);
                if (control < 32) {
                    int plain = control + 1;
                    if (plain > stop - in || plain > whole - to) {
                        return null;
                    }
                    Mem.copyTo(in, out, to, plain);
                    in += plain;
                    to += plain;
                    continue;
                }
                int length = control >> 5;
                if (length == 7) {
                    if (in >= stop) {
                        return null;
                    }
                    length += Mem.getUnsignedByte(in++);
                }
                if (in >= stop) {
                    return null;
                }
                int back = to - ((control & 0x1f) << 8) - Mem.getUnsignedByte(in++) - 1;
                length += 2;
                if (back < 0 || length > whole - to) {
                    return null;
                }
                for (int i = 0; i < length; i++) {
                    out[to++] = out[back++];
                }
            }
            return to == whole ? out : null;
        }
    }
}
