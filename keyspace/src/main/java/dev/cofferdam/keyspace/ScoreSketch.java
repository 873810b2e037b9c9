// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Sixteen bits of a score beside its element's address, so that a leaf is searched without a look at its elements, which lie anywhere and each of which is a wait for
 * memory: the score's distance from the leaf's {@code base}, times the leaf's {@code scale}.
 *
 * <p>Owns nothing; owner thread of the compartment. What always holds: of two elements of a leaf the one with the greater sketch has the greater score, since rounding
 * keeps an order; equal sketches say nothing, and whoever searches reads those elements. So any base and scale are right, and good ones make it fast: those that spread the
 * leaf's scores over the middle half, which leaves room on both sides for what comes in order.
 */
final class ScoreSketch {
    private static final int MAX = (1 << 16) - 1;
    /** How far apart the first and the last of a leaf are when it is scaled. */
    private static final int SPREAD = 1 << 15;
    /** Slots looked at at once. */
    private static final int PARTS = 8;

    private ScoreSketch() {
    }

    /** What the leaf has, or would have, of a score. Where the scale is 0, infinite or no number, the same of most; but never a greater one of a lesser score. */
    static int of(long leaf, double score) {
        return Math.clamp((long) ((score - TreeLayout.base(leaf)) * TreeLayout.scale(leaf)), 0, MAX);
    }

    /** Writes an element, whose score is written and which may be there already, to a slot in use. */
    static void put(long leaf, int at, long element) {
        int sketch = of(leaf, MemberLayout.score(element));
        TreeLayout.setElement(leaf, at, element, sketch);
        if (sketch == 0 || sketch == MAX) {
            scaleIfWider(leaf);
        }
    }

    /** For scores outside of what the leaf was scaled for. Not where all are equal, nor for the sake of an infinite one, beside which the others would be. */
    private static void scaleIfWider(long leaf) {
        double width = width(leaf);
        if (width > 0 && width < Double.POSITIVE_INFINITY) {
            scale(leaf);
        }
    }

    private static double width(long leaf) {
        return MemberLayout.score(TreeLayout.slot(leaf, TreeLayout.count(leaf) - 1)) - MemberLayout.score(TreeLayout.slot(leaf, 0));
    }

    /** Chooses base and scale by the leaf's first and last score, and sketches all anew. */
    static void scale(long leaf) {
        int count = TreeLayout.count(leaf);
        double first = MemberLayout.score(TreeLayout.slot(leaf, 0));
        double width = width(leaf);
        TreeLayout.setScale(leaf, first - width / 2, width > 0 ? SPREAD / width : 0);
        for (int at = 0; at < count; at++) {
            long element = TreeLayout.slot(leaf, at);
            TreeLayout.setElement(leaf, at, element, of(leaf, MemberLayout.score(element)));
        }
    }

    /** How many of the leaf's {@code count} slots have a lesser sketch: no branch depends on what is found, so none is foretold wrongly. */
    static int below(long leaf, int count, int sketch) {
        int low = 0;
        int left = count;
        while (left > PARTS) {
            int step = left / PARTS;
            int passed = 0;
            for (int part = 1; part < PARTS; part++) {
                passed += isBelow(leaf, low + part * step, sketch);
            }
            int high = passed == PARTS - 1 ? low + left : low + (passed + 1) * step;
            low = passed == 0 ? low : low + passed * step + 1;
            left = high - low;
        }
        int passed = 0;
        for (int at = low; at < low + left; at++) {
            passed += isBelow(leaf, at, sketch);
        }
        return low + passed;
    }

    /** 1 or 0, by the sign of the difference. */
    private static int isBelow(long leaf, int at, int sketch) {
        return TreeLayout.sketch(leaf, at) - sketch >>> 31;
    }

    /** The first slot from {@code from} on that has another sketch. */
    static int endOfRun(long leaf, int from, int count, int sketch) {
        int end = from;
        while (end < count && TreeLayout.sketch(leaf, end) == sketch) {
            end++;
        }
        return end;
    }
}
