// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Strings that Java makes in Lua's table are those that Lua makes itself, whatever its collector is doing: tables find values under either. */
class LuaStringsPropertyTest {
    private static final int OPERATIONS = 30_000;
    private static final long SEED = Long.getLong("cofferdam.seed", 20_261_123);

    private final Random random = new Random(SEED);
    private final Map<String, Integer> model = new HashMap<>();
    private final List<String> known = new ArrayList<>();
    private int table;
    private int join;

    @Test
    void tablesFindWhatEitherSideMade() {
        String repeat = "mvn test -pl lua -am -Dtest=LuaStringsPropertyTest -Dcofferdam.seed=" + SEED;
        Arena arena = Arena.open(64 << 20, 1 << 15);
        Account account = arena.account("scripts", 0, 32 << 20, false);
        long page = account.takePage();
        try (LuaState lua = new LuaState(account, 16 << 20, () -> {
        })) {
            table = compiled(lua, "return {}");
            join = compiled(lua, "return function(t, a, b) return t[a .. b] end");
            for (int i = 0; i < OPERATIONS; i++) {
                step(lua, page, "operation " + i + "; repeat: " + repeat);
            }
        }
        account.returnPage(page);
        assertThat(account.usedBytes()).as(repeat).isZero();
        arena.audit();
        arena.close();
    }

    private static int compiled(LuaState lua, String chunk) {
        byte[] bytes = chunk.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(lua.load(bytes, bytes.length, "=test")).isEqualTo(LuaState.OK);
        assertThat(lua.call(0, 1, 0)).isEqualTo(LuaState.OK);
        return lua.ref();
    }

    private void step(LuaState lua, long page, String where) {
        lua.setTop(0);
        String text = known.isEmpty() || random.nextInt(3) == 0 ? fresh() : known.get(random.nextInt(known.size()));
        lua.pushRef(table);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                push(lua, page, text);
                lua.pushNumber(model.merge(text, 1, Integer::sum));
                lua.ensure(1 << 16);
                lua.rawSet(1);
            }
            case 4 -> {
                model.remove(text);
                push(lua, page, text);
                lua.pushNil();
                lua.rawSet(1);
            }
            case 5, 6, 7 -> {
                push(lua, page, text);
                lua.rawGet(1);
                check(lua, text, where);
            }
            case 8, 9, 10 -> {
                int cut = random.nextInt(text.length() + 1);
                lua.setTop(0);
                lua.pushRef(join);
                lua.pushRef(table);
                push(lua, page, text.substring(0, cut));
                push(lua, page, text.substring(cut));
                assertThat(lua.call(3, 1, 0)).as(where).isEqualTo(LuaState.OK);
                check(lua, text, where);
            }
            default -> {
                if (random.nextInt(50) == 0) {
                    lua.collect();
                }
            }
        }
    }

    private String fresh() {
        int length = random.nextInt(20) == 0 ? random.nextInt(6_000) : random.nextInt(60);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(4) == 0 ? random.nextInt(256) : 'a'));
        }
        known.add(text.toString());
        return text.toString();
    }

    private void check(LuaState lua, String text, String where) {
        Integer expected = model.get(text);
        if (expected == null) {
            assertThat(lua.type(-1)).as(where).isEqualTo(LuaState.NIL);
        } else {
            assertThat(lua.number(-1)).as(where).isEqualTo((double) expected);
        }
    }

    private static void push(LuaState lua, long page, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            Mem.putByte(page + i, bytes[i]);
        }
        assertThat(lua.ensure(bytes.length)).isTrue();
        lua.pushString(page, bytes.length);
        assertThat(lua.stringLength(-1)).isEqualTo(bytes.length);
    }
}
