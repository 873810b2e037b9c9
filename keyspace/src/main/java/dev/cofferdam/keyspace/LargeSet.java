// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A set too large for one entry: a MEMBER block for each member.
 *
 * <p>Owns nothing beside what {@link LargeMembers} keeps; one per compartment, owner thread. A root is the value of a SET_LARGE entry.
 */
final class LargeSet {
    private final LargeMembers members;

    LargeSet(LargeMembers members) {
        this.members = members;
    }

    long find(long root, long member, int length) {
        return members.find(root, member, length);
    }

    /** Adds a member that is not there. */
    void add(long root, long member, int length) {
        long block = members.allocate(root, BlockKind.MEMBER, MemberLayout.memberBytes(length));
        Mem.copy(member, MemberLayout.nameAddress(block), length);
        members.add(root, block);
    }
}
