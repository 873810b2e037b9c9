// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Dumps put together by hand, in forms that servers of several ages wrote; as text, one character a byte. Knows nothing of the code under test. */
public final class DumpPayloads {
    private DumpPayloads() {
    }

    /** Bytes in a row. */
    public static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        public Bytes put(int... values) {
            for (int value : values) {
                out.write(value);
            }
            return this;
        }

        public Bytes text(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        public Bytes little(long value, int width) {
            for (int i = 0; i < width; i++) {
                out.write((int) (value >>> 8 * i));
            }
            return this;
        }

        public Bytes big(long value, int width) {
            for (int i = width - 1; i >= 0; i--) {
                out.write((int) (value >>> 8 * i));
            }
            return this;
        }

        public Bytes length(long length) {
            return length < 64
                    ? put((int) length)
                    : length < 16384
                            ? put(0x40 | (int) (length >> 8), (int) length & 255)
                            : put(0x80).big(length, 4);
        }

        public Bytes string(String text) {
            return length(text.length()).text(text);
        }

        public String done() {
            return out.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** The value's bytes with version 10 and checksum. */
    public static String payload(String value) {
        return payload(value, 10);
    }

    public static String payload(String value, int version) {
        String covered = value + (char) (version & 255) + (char) (version >> 8);
        return covered + new Bytes().little(crc(covered), 8).done();
    }

    /** The same bytes with a checksum that fits. */
    public static String mended(String damaged) {
        String covered = damaged.substring(0, damaged.length() - 8);
        return covered + new Bytes().little(crc(covered), 8).done();
    }

    /** Bit by bit. */
    private static long crc(String bytes) {
        long crc = 0;
        for (int i = 0; i < bytes.length(); i++) {
            crc ^= bytes.charAt(i);
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x95ac9329ac4bc9b5L : crc >>> 1;
            }
        }
        return crc;
    }

    /** A length in its form of five bytes. */
    public static String number32(long value) {
        return new Bytes().put(0x80).big(value, 4).done();
    }

    // ---------------------------------------------------------------- element by element

    public static String string(String text) {
        return payload(new Bytes().put(0).string(text).done());
    }

    /** Types 1, 2 and 4: list, set, hash. */
    public static String plain(int type, List<String> elements) {
        Bytes bytes = new Bytes().put(type).length(type == 4 ? elements.size() / 2 : elements.size());
        elements.forEach(bytes::string);
        return payload(bytes.done());
    }

    /** Members and scores in turn, scores as texts (type 3). */
    public static String oldSortedSet(List<String> elements) {
        Bytes bytes = new Bytes().put(3).length(elements.size() / 2);
        for (int i = 0; i < elements.size(); i += 2) {
            bytes.string(elements.get(i));
            switch (elements.get(i + 1)) {
                case "inf" -> bytes.put(254);
                case "-inf" -> bytes.put(255);
                case "nan" -> bytes.put(253);
                default -> bytes.put(elements.get(i + 1).length()).text(elements.get(i + 1));
            }
        }
        return payload(bytes.done());
    }

    public static String sortedSet(List<String> elements) {
        Bytes bytes = new Bytes().put(5).length(elements.size() / 2);
        for (int i = 0; i < elements.size(); i += 2) {
            bytes.string(elements.get(i)).little(Double.doubleToRawLongBits(Double.parseDouble(elements.get(i + 1))), 8);
        }
        return payload(bytes.done());
    }

    // ---------------------------------------------------------------- compact forms

    /** A value of one string: what is packed. */
    public static String packed(int type, String blob) {
        return payload(new Bytes().put(type).string(blob).done());
    }

    public static String intset(int width, long... values) {
        Bytes bytes = new Bytes().little(width, 4).little(values.length, 4);
        for (long value : values) {
            bytes.little(value, width);
        }
        return bytes.done();
    }

    /** Numbers as numbers where the form has them. */
    public static String ziplist(List<String> elements) {
        Bytes entries = new Bytes();
        int before = 0;
        int tail = 10;
        int at = 10;
        for (String element : elements) {
            Bytes entry = new Bytes();
            if (before < 254) {
                entry.put(before);
            } else {
                entry.put(254).little(before, 4);
            }
            Long number = number(element);
            if (number == null) {
                if (element.length() < 64) {
                    entry.put(element.length());
                } else if (element.length() < 16384) {
                    entry.put(0x40 | element.length() >> 8, element.length() & 255);
                } else {
                    entry.put(0x80).big(element.length(), 4);
                }
                entry.text(element);
            } else if (number >= 0 && number <= 12) {
                entry.put(0xf1 + number.intValue());
            } else if (number == number.byteValue()) {
                entry.put(0xfe).little(number, 1);
            } else if (number == number.shortValue()) {
                entry.put(0xc0).little(number, 2);
            } else if (number >= -(1 << 23) && number < 1 << 23) {
                entry.put(0xf0).little(number, 3);
            } else if (number == number.intValue()) {
                entry.put(0xd0).little(number, 4);
            } else {
                entry.put(0xe0).little(number, 8);
            }
            String whole = entry.done();
            entries.text(whole);
            tail = at;
            at += whole.length();
            before = whole.length();
        }
        return new Bytes().little(at + 1, 4).little(tail, 4).little(elements.size(), 2).text(entries.done()).put(255).done();
    }

    private static Long number(String text) {
        try {
            long value = Long.parseLong(text);
            return Long.toString(value).equals(text) ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    public static String zipmap(List<String> elements) {
        Bytes bytes = new Bytes().put(Math.min(254, elements.size() / 2));
        for (int i = 0; i < elements.size(); i++) {
            int length = elements.get(i).length();
            if (length < 254) {
                bytes.put(length);
            } else {
                bytes.put(254).little(length, 4);
            }
            if (i % 2 == 1) {
                bytes.put(i % 3).text(elements.get(i)).text("?".repeat(i % 3));
            } else {
                bytes.text(elements.get(i));
            }
        }
        return bytes.put(255).done();
    }

    /** Strings only. */
    public static String listpack(List<String> elements) {
        Bytes bytes = new Bytes();
        for (String element : elements) {
            int length = element.length();
            Long number = number(element);
            Bytes entry = new Bytes();
            if (number != null && number >= 0 && number < 128) {
                entry.put(number.intValue());
            } else if (length < 64) {
                entry.put(0x80 | length).text(element);
            } else {
                entry.put(0xe0 | length >> 8, length & 255).text(element);
            }
            int own = entry.done().length();
            bytes.text(entry.done());
            if (own < 128) {
                bytes.put(own);
            } else {
                bytes.put(own >> 7, own & 127 | 128);
            }
        }
        String entries = bytes.done();
        return new Bytes().little(entries.length() + 7, 4).little(elements.size(), 2).text(entries).put(255).done();
    }

    /** Type 14: each node a ziplist. */
    public static String oldQuicklist(List<List<String>> nodes) {
        Bytes bytes = new Bytes().put(14).length(nodes.size());
        nodes.forEach(node -> bytes.string(ziplist(node)));
        return payload(bytes.done());
    }

    /** Type 18: a node of one element is plain. */
    public static String quicklist(List<List<String>> nodes) {
        Bytes bytes = new Bytes().put(18).length(nodes.size());
        for (List<String> node : nodes) {
            if (node.size() == 1) {
                bytes.length(1).string(node.getFirst());
            } else {
                bytes.length(2).string(listpack(node));
            }
        }
        return payload(bytes.done());
    }

    /** A stream of entries 1000-1, 1001-1 ... with a field f, of which the second is deleted, with a group that two consumers read. Type 15 or 19. */
    public static String stream(int type, String... values) {
        ArrayList<String> elements = new ArrayList<>(List.of(Integer.toString(values.length - 1), "1", "1", "f", "0"));
        for (int i = 0; i < values.length; i++) {
            elements.addAll(List.of(i == 1 ? "3" : "2", Integer.toString(i), "0", values[i], "4"));
        }
        Bytes bytes = new Bytes().put(type).length(1).length(16).big(1000, 8).big(1, 8).string(listpack(elements))
            .length(values.length - 1).length(999 + values.length).length(1);
        if (type == 19) {
            bytes.length(1000).length(1).length(1001).length(1).length(values.length);
        }
        bytes.length(1).string("group").length(1002).length(1);
        if (type == 19) {
            bytes.length(3);
        }
        bytes.length(2).big(1000, 8).big(1, 8).little(5_000, 8).length(1).big(1002, 8).big(1, 8).little(6_000, 8).length(2);
        bytes.length(2).string("alice").little(7_000, 8).length(1).big(1000, 8).big(1, 8);
        bytes.string("bob").little(8_000, 8).length(1).big(1002, 8).big(1, 8);
        return payload(bytes.done());
    }

    // ---------------------------------------------------------------- by chance

    /** A whole dump of any type. */
    public static String any(Random random) {
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 12);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 2 * count; i++) {
            words.add(random.nextInt(3) == 0 ? Integer.toString(random.nextInt(200)) : "word" + random.nextInt(400));
        }
        return switch (random.nextInt(6)) {
            case 0 -> string(words.getFirst());
            case 1 -> plain(1, words);
            case 2 -> plain(2, words);
            case 3 -> plain(4, words);
            case 4 -> sortedSet(words.stream().map(word -> word.replace("word", "1")).toList());
            default -> stream(random.nextBoolean() ? 15 : 19, words.getFirst(), "b", words.getLast(), "d");
        };
    }
}
