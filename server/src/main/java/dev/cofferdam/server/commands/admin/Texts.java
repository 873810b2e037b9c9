// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.server.command.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments and replies as texts, one char a byte; for commands where that may cost something. Stateless. */
public final class Texts {
    private Texts() {
    }

    /** The arguments from {@code first} on. */
    public static List<String> from(Call call, int first) {
        List<String> texts = new ArrayList<>();
        for (int i = first; i < call.count(); i++) {
            texts.add(call.text(i));
        }
        return texts;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Replies OK, or the error. */
    static void okOr(Call call, @Nullable String error) {
        if (error == null) {
            call.reply().ok();
        } else {
            call.reply().error(oneLine(error));
        }
    }

    /** An error reply is one line. */
    static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }
}
