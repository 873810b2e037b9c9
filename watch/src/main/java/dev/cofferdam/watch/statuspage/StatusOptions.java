// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import java.util.Map;

/**
 * How the status page presents itself. Immutable.
 *
 * @param name of the page
 * @param url under which others see it, without a slash at the end; stands in feeds and JSON
 * @param publicly whether it is shown to visitors without a token off loopback
 * @param components what a target is called on the page; one that is not named has its own name, one named with an empty text is not on the page
 */
public record StatusOptions(String name, String url, boolean publicly, Map<String, String> components) {
    public static final StatusOptions DEFAULTS = new StatusOptions("Status", "", false, Map.of());
}
