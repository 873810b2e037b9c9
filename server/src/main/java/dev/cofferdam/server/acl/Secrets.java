// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.server.command.Call;

/** Arguments that nobody else may read: MONITOR and SLOWLOG show a word in their place. Stateless. */
public final class Secrets {
    public static final String REDACTED = "(redacted)";

    private Secrets() {
    }

    public static boolean isSecret(Call call, int i) {
        return switch (call.command().name()) {
            case "auth" -> i > 0;
            case "acl|setuser" -> i > 1;
            case "migrate" -> i > 6 && call.is(i - 1, "AUTH") || i > 6 && call.is(i - 1, "AUTH2") || i > 7 && call.is(i - 2, "AUTH2");
            case "hello" -> i > 2 && call.is(i - 1, "AUTH") || i > 3 && call.is(i - 2, "AUTH");
            case "config|set" -> i > 2 && i % 2 == 1 && isSecretDirective(call, i - 1);
            default -> false;
        };
    }

    private static boolean isSecretDirective(Call call, int i) {
        return call.is(i, "REQUIREPASS") || call.is(i, "MASTERAUTH") || call.is(i, "MASTERUSER") || call.is(i, "TLS-KEY-FILE-PASS")
                || call.is(i, "TLS-CLIENT-KEY-FILE-PASS");
    }
}
