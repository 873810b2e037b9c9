// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Nobody outside of the keyspace can change a key untold: whatever is called there and writes to memory, at whatever depth, reaches a method of {@code
 * Effects} too. A net with wide meshes, since it does not see on which of a method's ways it tells; the fine one is the server's
 * {@code EffectStreamPropertyTest}.
 */
class ToldChangesRuleTest {
    /** What writes and tells nothing, because no key changes by it. */
    private static final Map<String, String> NO_CHANGE = new TreeMap<>(Map.of(
            "Compartment.adopt", "told by the primitives that built the value beside",
            "RunPins.pin", "a mark beside a value that is being sent", "RunPins.unpin", "as pin",
            "BlockHeap.beforeChange", "takes such marks away; the change itself is told by who makes it",
            "ListValues.reserve", "room for pushes that follow, which tell",
            "KeyspaceAudit.of", "frees what was cleared before, which was told"));

    static {
        for (String seek : new String[] {"StreamCursor.seek", "StreamCursor.seekBack", "StreamValues.contains", "StreamValues.firstEntry",
            "StreamValues.lastEntryIsAfter", "StreamGroups.pending", "StreamGroups.pendingFrom"}) {
            NO_CHANGE.put(seek, "writes down the id it looks for, outside of every value");
        }
        NO_CHANGE.put("DecimalText.write", "a number's text, in memory of the caller's");
        NO_CHANGE.put("StreamGroups.seen", "when a consumer was heard of last says nothing about the data");
        NO_CHANGE.put("DecimalText.write", "the text of a number, beside every value: SORT, LCS");
    }

    private static final Set<String> SILENT = Set.of("listen", "follow", "endGroup");

    @Test
    void whatWritesTells() {
        Map<String, String> untold = untold(Codebase.PRODUCT);
        assertThat(untold.keySet()).as("methods that write and tell nothing, with who calls them: %s", untold)
            .containsExactlyInAnyOrderElementsOf(NO_CHANGE.keySet());
        assertThat(untold(Codebase.PLANTED).keySet()).containsExactly("KeyspaceWritesUntold.change");
    }

    /** Methods called from outside that reach a write and no telling; each with a caller. */
    private static Map<String, String> untold(Codebase codebase) {
        Map<String, String> found = new TreeMap<>();
        Set<JavaClass> keyspace = codebase.classesOf("keyspace");
        Set<String> seen = new TreeSet<>();
        for (JavaClass outside : codebase.classesOf("server")) {
            for (JavaMethodCall call : outside.getMethodCallsFromSelf()) {
                JavaMethod method = call.getTarget().resolveMember().orElse(null);
                if (method == null || !keyspace.contains(method.getOwner())) {
                    continue;
                }
                seen.add(name(method));
                if (reaches(method, keyspace, ToldChangesRuleTest::writes) && !reaches(method, keyspace, ToldChangesRuleTest::tells)) {
                    found.put(name(method), outside.getSimpleName());
                }
            }
        }
        assertThat(seen).as("methods of the keyspace that are called from outside").isNotEmpty();
        return found;
    }

    private static String name(JavaMethod method) {
        return Codebase.outermost(method.getOwner()) + "." + method.getName();
    }

    private static boolean writes(JavaMethodCall call) {
        String name = call.getTarget().getName();
        return call.getTargetOwner().getSimpleName().equals("Mem")
                && (name.startsWith("put") || name.startsWith("copy") || name.equals("fill"));
    }

    private static boolean tells(JavaMethodCall call) {
        return call.getTargetOwner().getSimpleName().equals("Effects") && !SILENT.contains(call.getTarget().getName());
    }

    private static boolean reaches(JavaCodeUnit from, Set<JavaClass> within, Predicate<JavaMethodCall> wanted) {
        Set<JavaCodeUnit> seen = new HashSet<>(Set.of(from));
        Deque<JavaCodeUnit> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (JavaMethodCall call : open.poll().getMethodCallsFromSelf()) {
                if (wanted.test(call)) {
                    return true;
                }
                JavaMethod next = call.getTarget().resolveMember().orElse(null);
                if (next != null && within.contains(next.getOwner()) && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return false;
    }
}
