// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

/** Why a request is not answered as asked, for the one who asked; sent as {@code application/problem+json}. Without a stack trace: it is an answer, no accident. */
public final class Problem extends RuntimeException {
    private final int status;

    public Problem(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    public static Problem notFound(String what) {
        return new Problem(404, what);
    }

    public static Problem badRequest(String why) {
        return new Problem(400, why);
    }

    /** Asked at the wrong time: already done, expired, not allowed by the configuration. */
    public static Problem conflict(String why) {
        return new Problem(409, why);
    }

    public int status() {
        return status;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
