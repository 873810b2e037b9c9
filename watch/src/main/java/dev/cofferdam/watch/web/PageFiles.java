// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files of the class path as pages: each is read once, at the start, so that a missing one is seen then. Stateless. */
public final class PageFiles {
    private PageFiles() {
    }

    /** Serves a resource under a path to anybody: pages hold no data. */
    public static void serve(WebServer server, String path, String resource) {
        byte[] bytes = read(resource);
        String tag = Call.tag(bytes);
        server.get(path, Role.PUBLIC, call -> call.sendTagged(type(resource), "no-cache", bytes, tag));
    }

    public static byte[] read(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> Call.HTML;
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "application/octet-stream";
        };
    }
}
