// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the keys it is shown which groups there are. Each key ends at a node of a tree of tokens; a node whose children turn out to be identifiers rather than names
 * folds them into one, {@code <*>}.
 *
 * <p>A group is a number that stays good: when its node is folded away, {@link #current} tells what it is part of now, so that counts from before can be added to those
 * from after. Never more than {@link #NODES_MAX} nodes and {@link #GROUPS_MAX} numbers, whatever keys come. One thread.
 */
final class PrefixTree {
    static final int NODES_MAX = 2_000;
    static final int GROUPS_MAX = 100_000;
    static final int ROOT = 0;

    /** From so many children on it is asked whether they are names. */
    private static final int NAMES = 30;
    /** At the root a mistake would hide everything, so it is asked late. */
    private static final int NAMES_AT_ROOT = 300;
    private static final double NEW_EACH = 0.3;
    private static final int CHILDREN_MAX = 400;
    /** A child with this part of its parent's keys is a name of its own. */
    private static final double NAME_SHARE = 0.05;
    private static final int NAME_COUNT = 3;
    private static final int NAMES_KEPT = 20;

    private final PrefixPins pins;
    private final Node root = new Node(null, "", 0);
    private final List<Node> groups = new ArrayList<>();
    private int nodes;
    private long unplaced;

    PrefixTree(PrefixPins pins) {
        this.pins = pins;
        groups.add(root);
    }

    /** One token below its parent. */
    private static final class Node {
        private final int group;
        private final String token;
        private @Nullable Node parent;
        private @Nullable Node foldedInto;
        private Map<String, Node> children = Map.of();
        private boolean folded;
        private long count;

        Node(@Nullable Node parent, String token, int group) {
            this.parent = parent;
            this.token = token;
            this.group = group;
        }

        private boolean isPlaceholder() {
            return !token.isEmpty() && token.charAt(0) >= KeyTokens.ANY;
        }
    }

    /** The group of a key, learning from it. */
    int add(byte[] key) {
        List<String> tokens = pins.match(key);
        boolean pinned = tokens != null;
        Node node = root;
        node.count++;
        for (String token : tokens == null ? KeyTokens.of(key) : tokens) {
            Node child = child(node, token, pinned);
            if (child == null) {
                unplaced++;
                break;
            }
            child.count++;
            node = child;
        }
        return node.group;
    }

    private @Nullable Node child(Node node, String token, boolean pinned) {
        Node child = node.children.get(token);
        if (child != null) {
            return child;
        }
        boolean wanted = !node.folded || pinned || token.charAt(0) >= KeyTokens.ANY;
        Node made = made(node, wanted ? token : any(token));
        if (made != null && node.children.size() > (node == root ? NAMES_AT_ROOT : NAMES) && !node.folded && !pinned
                && (node.children.size() > NEW_EACH * node.count || node.children.size() > CHILDREN_MAX)) {
            fold(node, NAMES_KEPT);
            return node.children.containsKey(token) ? node.children.get(token) : made(node, any(token));
        }
        return made;
    }

    /** The placeholder with the separator that ended the token. */
    private static String any(String token) {
        char last = token.charAt(token.length() - 1);
        boolean separated = ":/.|-_#{}".indexOf(last) >= 0;
        return separated ? KeyTokens.ANY + String.valueOf(last) : String.valueOf(KeyTokens.ANY);
    }

    private @Nullable Node made(Node parent, String token) {
        Node known = parent.children.get(token);
        if (known != null) {
            return known;
        }
        if (nodes >= NODES_MAX) {
            makeRoom();
        }
        // The parent itself may have been folded away by that; then the key stays where it came to.
        if (nodes >= NODES_MAX || groups.size() >= GROUPS_MAX || parent.foldedInto != null) {
            return null;
        }
        Node node = new Node(parent, token, groups.size());
        groups.add(node);
        nodes++;
        if (parent.children.isEmpty()) {
            parent.children = new HashMap<>();
        }
        parent.children.put(token, node);
        return node;
    }

    /** Folds the node with most children; all but its largest become one. */
    private void makeRoom() {
        Node widest = null;
        for (Node node : groups) {
            boolean foldable = node.foldedInto == null && node.children.size() > 8 && !(node.folded && node.children.size() <= NAMES_KEPT);
            if (foldable && (widest == null || node.children.size() > widest.children.size())) {
                widest = node;
            }
        }
        if (widest != null) {
            fold(widest, 8);
        }
    }

    private void fold(Node node, int kept) {
        node.folded = true;
        List<Node> literals = new ArrayList<>(node.children.values().stream().filter(child -> !child.isPlaceholder()).toList());
        literals.sort(Comparator.comparingLong((Node child) -> child.count).reversed().thenComparing(child -> child.token));
        int names = 0;
        for (Node child : literals) {
            boolean isName = names < kept && child.count >= NAME_COUNT && child.count >= NAME_SHARE * node.count;
            if (isName) {
                names++;
            } else {
                node.children.remove(child.token);
                merge(child, node, any(child.token));
            }
        }
    }

    /** Moves a node, all below it and its count to the child of that name. */
    private void merge(Node from, Node parent, String token) {
        Node to = parent.children.get(token);
        if (to == null) {
            to = new Node(parent, token, groups.size());
            groups.add(to);
            nodes++;
            parent.children.put(token, to);
        }
        from.foldedInto = to;
        nodes--;
        to.count += from.count;
        for (Node below : List.copyOf(from.children.values())) {
            if (to.children.isEmpty()) {
                to.children = new HashMap<>();
            }
            Node same = to.children.get(below.token);
            if (same == null && !(to.folded && !below.isPlaceholder())) {
                below.parent = to;
                to.children.put(below.token, below);
            } else {
                merge(below, to, same == null ? any(below.token) : below.token);
            }
        }
        from.children = Map.of();
    }

    /** The group that this one is, or has become part of. */
    int current(int group) {
        Node node = groups.get(group);
        while (node.foldedInto != null) {
            node = node.foldedInto;
        }
        return node.group;
    }

    /** Groups from the one nearest the root down to this one, root left out. */
    int[] path(int group) {
        int[] path = new int[KeyTokens.TOKENS_MAX + 2];
        int length = 0;
        for (Node node = groups.get(current(group)); node.parent != null; node = node.parent) {
            path[length++] = node.group;
        }
        int[] fromRoot = new int[length];
        for (int i = 0; i < length; i++) {
            fromRoot[i] = path[length - 1 - i];
        }
        return fromRoot;
    }

    private List<String> tokens(int group) {
        return Arrays.stream(path(group)).mapToObj(each -> groups.get(each).token).toList();
    }

    private boolean isLeaf(int group) {
        return groups.get(current(group)).children.isEmpty();
    }

    /** As people write it; what has more below it ends in an ellipsis. */
    String pattern(int group) {
        if (current(group) == ROOT) {
            return "other";
        }
        String shown = KeyTokens.shown(tokens(group));
        return isLeaf(group) || shown.endsWith("…") || shown.endsWith("<*>") ? shown : shown + "…";
    }

    /** The bytes all its keys begin with, as ISO-8859-1. */
    String literal(int group) {
        return KeyTokens.literal(tokens(group));
    }

    int nodes() {
        return nodes;
    }

    /** Keys that found no place of their own, since the tree was full. */
    long unplaced() {
        return unplaced;
    }
}
