// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.io.IOException;

/** The target is there and does not let us in: a wrong password, an unknown user. Asking again soon would fill its log. */
public final class AccessException extends IOException {
    private static final long serialVersionUID = 1;

    public AccessException(String message) {
        super(message);
    }
}
