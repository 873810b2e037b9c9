// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaHeap;
import dev.cofferdam.memory.Mem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All scripts by their SHA1.
 *
 * <p>Owns their sources, which the scripts' account pays. Event loop. Those that came by EVAL make room for new ones, the longest unused first; those
 * of SCRIPT LOAD stay until SCRIPT FLUSH.
 */
final class ScriptCache {
    /** Each takes some hundred bytes of Java's heap, so there is a limit; Redis has none before 7.4, and there it is 500. */
    private static final int EVALUATED_MAX = 1_000;
    private static final int LOADED_MAX = 20_000;

    private final LuaHeap blocks;
    private final SourceNumbers numbers;
    private final LinkedHashMap<ShaKey, Script> scripts = new LinkedHashMap<>(64, 0.75f, true);
    private final List<Script> dropped = new ArrayList<>();
    private final ShaKey probe = new ShaKey();
    private final Sha1 sha1 = new Sha1();
    private int loadedCount;

    ScriptCache(LuaHeap blocks, SourceNumbers numbers) {
        this.blocks = blocks;
        this.numbers = numbers;
    }

    int count() {
        return scripts.size();
    }

    /** By 40 hexadecimal digits; null when there is none. Makes no garbage. */
    @Nullable
    Script bySha(long address, int length) {
        return probe.setHex(address, length) ? found() : null;
    }

    /** By its source. */
    @Nullable
    Script bySource(long body, int length) {
        probe.set(sha1.of(body, length));
        return found();
    }

    private @Nullable Script found() {
        Script script = scripts.get(probe);
        return script == null || script.broken ? null : script;
    }

    /** Keeps a script that {@link #bySource} has just not found; null when there is no memory for it, or no place. */
    @Nullable
    Script add(long body, int length, Shebang shebang, boolean loaded) {
        freeDropped();
        if (loaded && loadedCount >= LOADED_MAX) {
            return null;
        }
        Script broken = scripts.remove(probe);
        if (broken != null) {
            drop(broken);
        }
        while (scripts.size() - loadedCount >= EVALUATED_MAX && dropOldest()) {
            // One is enough, but for a limit that was lowered.
        }
        long copy = blocks.takeBlock(Math.max(1, length));
        while (copy == 0 && dropOldest()) {
            copy = blocks.takeBlock(Math.max(1, length));
        }
        if (copy == 0) {
            return null;
        }
        Mem.copy(body, copy, length);
        ShaKey key = probe.copy();
        Script script = new Script(numbers.take(), numbers.serial(), key.hex(), copy, length, shebang);
        scripts.put(key, script);
        if (loaded) {
            keep(script);
        }
        return script;
    }

    /** SCRIPT LOAD of what may be there already. */
    void keep(Script script) {
        if (!script.loaded) {
            script.loaded = true;
            loadedCount++;
        }
    }

    /** Forgets a script that does not compile. */
    void remove(Script script) {
        if (scripts.values().remove(script)) {
            drop(script);
        }
    }

    private boolean dropOldest() {
        Iterator<Script> oldest = scripts.values().iterator();
        while (oldest.hasNext()) {
            Script script = oldest.next();
            if (!script.loaded) {
                oldest.remove();
                drop(script);
                return true;
            }
        }
        return false;
    }

    private void drop(Script script) {
        if (script.loaded) {
            loadedCount--;
        }
        dropped.add(script);
        freeDropped();
    }

    /** A lane may still be compiling one. */
    private void freeDropped() {
        for (int i = dropped.size() - 1; i >= 0; i--) {
            Script script = dropped.get(i);
            if (script.users == 0) {
                dropped.remove(i);
                blocks.freeBlock(script.body);
                numbers.giveBack(script.number);
            }
        }
    }

    /** SCRIPT FLUSH. */
    void clear() {
        for (Script script : new ArrayList<>(scripts.values())) {
            drop(script);
        }
        scripts.clear();
        loadedCount = 0;
    }
}
