// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

/** The demo cannot run; the message names the thing and the way out. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoException(String message) {
        super(message);
    }
}
