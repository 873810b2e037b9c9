// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Groups of keys that need not be learned: those the user names, as globs, and those of libraries whose names the learner would cut wrongly. Immutable.
 *
 * <p>The first that matches counts, the user's before ours.
 */
public final class PrefixPins {
    private static final int PINS_MAX = 200;
    private static final int NAME_MAX = 512;
    /** {@code <keep>} stays as it is up to the next sign, {@code <*>} is anything. */
    private static final List<String> PRESETS = List.of(
            // BullMQ and Bull, Sidekiq, Resque, RQ, Celery.
            "bull:<keep>:<*>", "bull:<keep>", "queue:<keep>", "resque:queue:<keep>", "rq:queue:<keep>", "rq:job:<*>",
            "celery-task-meta-<*>",
            "_kombu.binding.<keep>", "resque:<keep>:<*>",
            // Spring Session, PHP, express, connect-redis, Rack.
            "spring:session:sessions:expires:<*>", "spring:session:sessions:<*>", "spring:session:index:<*>",
            "spring:session:expirations:<*>",
            "PHPREDIS_SESSION:<*>", "rack:session:<*>", "session:<*>", "sess:<*>",
            // Laravel, Django.
            "laravel_database_queues:<keep>", "laravel_cache:<*>", "laravel_database_<*>", ":1:views.decorators.cache.cache_page.<*>",
            ":1:views.decorators.cache.cache_header.<*>");
    private static final List<Preset> LIBRARIES = PRESETS.stream().map(PrefixPins::preset).toList();

    private final List<Pin> pins;

    private record Pin(String glob, List<String> tokens, String workload) {
    }

    private record Preset(String begin, Pattern form, String template) {
    }

    /** @param workloads name to globs: {@code sessions = sess:*, spring:session:*} */
    public PrefixPins(Map<String, List<String>> workloads) {
        List<Pin> made = new ArrayList<>();
        workloads.forEach((name, globs) -> {
            for (String glob : globs) {
                if (made.size() < PINS_MAX) {
                    made.add(new Pin(latin(glob), tokens(glob), name));
                }
            }
        });
        pins = List.copyOf(made);
    }

    /** A star is shown as a placeholder; more of a glob than its literal beginning and that does not fit a prefix. */
    private static List<String> tokens(String glob) {
        return List.of(latin(glob).replace('*', KeyTokens.ANY));
    }

    /** The beginning decides; a name of megabytes is not copied for it. */
    private static String name(byte[] key) {
        return new String(key, 0, Math.min(key.length, NAME_MAX), StandardCharsets.ISO_8859_1);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static Preset preset(String template) {
        StringBuilder form = new StringBuilder();
        for (String part : template.split("(?=<)|(?<=>)", -1)) {
            form.append(switch (part) {
                case "<keep>" -> "([A-Za-z0-9_\\-]{1,64})";
                case "<*>" -> ".+";
                default -> Pattern.quote(part);
            });
        }
        int open = template.indexOf('<');
        return new Preset(template.substring(0, open), Pattern.compile(form.toString(), Pattern.DOTALL),
                template.replace("<*>", String.valueOf(KeyTokens.ANY)));
    }

    /** Tokens of the group, or null when the learner has to find out. */
    @Nullable
    List<String> match(byte[] key) {
        String name = name(key);
        for (Pin pin : pins) {
            if (KeyGlob.matches(pin.glob, name)) {
                return pin.tokens;
            }
        }
        for (Preset preset : LIBRARIES) {
            if (name.startsWith(preset.begin)) {
                Matcher matcher = preset.form.matcher(name);
                if (matcher.matches()) {
                    return tokens(preset, matcher);
                }
            }
        }
        return null;
    }

    /** Cut at the first placeholder: what stands before it is one token, so that the tree keeps libraries apart and shows them whole. */
    private static List<String> tokens(Preset preset, Matcher matcher) {
        String whole = matcher.groupCount() == 0 ? preset.template : preset.template.replace("<keep>", matcher.group(1));
        int any = whole.indexOf(KeyTokens.ANY);
        return any <= 0 ? List.of(whole) : List.of(whole.substring(0, any), whole.substring(any));
    }

    /** The user's name for what this key is part of, or null. */
    public @Nullable String workload(byte[] key) {
        String name = name(key);
        for (Pin pin : pins) {
            if (KeyGlob.matches(pin.glob, name)) {
                return pin.workload;
            }
        }
        return null;
    }
}
