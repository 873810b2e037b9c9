// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a file of {@link RdbWriter} into a keyspace that has room for it, and insists on its form: each key once, the checksum, nothing behind the end. */
public final class RdbLoader {
    public final Map<String, String> notes = new LinkedHashMap<>();
    public final List<String> libraries = new ArrayList<>();
    public long keys;

    private final Keyspace keyspace;
    private final Account account;

    public RdbLoader(Keyspace keyspace, Account account) {
        this.keyspace = keyspace;
        this.account = account;
    }

    public void load(byte[] file) {
        long address = account.takeRun(file.length);
        assertThat(address).as("room for the file").isNotZero();
        Mem.copyFrom(file, 0, address, file.length);
        assertThat(Crc64.of(0, address, file.length - 8L)).as("checksum").isEqualTo(Mem.getLong(address + file.length - 8));
        try (Workspace work = new Workspace(account)) {
            assertThat(work.isReady()).isTrue();
            read(work, new RdbInput(work, address, address + file.length - 8));
        }
        account.returnRun(address, file.length);
    }

    private void read(Workspace work, RdbInput in) {
        StringBuilder magic = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            magic.append((char) in.unsignedByte());
        }
        assertThat(magic).hasToString("REDIS0010");
        int database = -1;
        long deadline = 0;
        while (true) {
            int code = in.unsignedByte();
            switch (code) {
                case 0xfa -> notes.put(text(in), text(in));
                case 0xf5 -> libraries.add(text(in));
                case 0xfe -> database = (int) in.number();
                case 0xfb -> {
                    in.number();
                    in.number();
                }
                case 0xfc -> deadline = in.lowFirst(8);
                case 0xff -> {
                    assertThat(in.left()).as("bytes behind the end").isZero();
                    assertThat(in.isFine()).isTrue();
                    return;
                }
                default -> {
                    key(work, in, code, database, deadline);
                    deadline = 0;
                }
            }
        }
    }

    private void key(Workspace work, RdbInput in, int type, int database, long deadline) {
        assertThat(in.string(Workspace.FIRST)).isTrue();
        byte[] name = Mem.bytes(in.address, in.length);
        long address = account.takeRun(name.length + 1L);
        Mem.copyFrom(name, 0, address, name.length);
        Key key = new Key();
        key.set(database, address, name.length);
        assertThat(keyspace.locate(key)).as("%d %s is in the file for the first time", database, key).isFalse();
        long start = in.position();
        ValueMeasure measure = new ValueMeasure(key);
        assertThat(new ValueReader(in).read(type, measure)).as("value of %d %s, type %d", database, key, type).isTrue();
        Compartment home = key.compartment();
        assertThat(home.admit(measure.bytes())).isTrue();
        in.moveTo(start);
        assertThat(new ValueReader(in).read(type, new ValueBuilder(key, deadline != 0))).isTrue();
        if (deadline != 0) {
            home.expireAt(key, deadline);
        }
        home.endCommand();
        keyspace.effectGroup().end();
        account.returnRun(address, name.length + 1L);
        keys++;
    }

    private static String text(RdbInput in) {
        assertThat(in.string(Workspace.FIRST)).isTrue();
        return new String(Mem.bytes(in.address, in.length), StandardCharsets.ISO_8859_1);
    }
}
