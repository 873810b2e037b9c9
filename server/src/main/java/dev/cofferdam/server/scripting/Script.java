// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

/** One script of EVAL, EVALSHA and SCRIPT LOAD. */
final class Script extends Source {
    private final String sha;
    final long body;
    final int bodyBytes;
    /** Bytes of the first line that are not Lua. */
    final int skippedBytes;
    /** SCRIPT LOAD asked for it: kept until SCRIPT FLUSH. Others make room for new ones. */
    boolean loaded;
    /** It did not compile, so nobody shall find it by its SHA1. Any thread. */
    volatile boolean broken;

    Script(int number, long serial, String sha, long body, int bodyBytes, Shebang shebang) {
        super(number, serial, shebang.flags());
        this.sha = sha;
        this.body = body;
        this.bodyBytes = bodyBytes;
        this.skippedBytes = shebang.bytes();
    }

    @Override
    String name() {
        return sha;
    }
}
