// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.config.SettingsException;
import dev.cofferdam.watch.console.ConsoleOptions;
import dev.cofferdam.watch.incident.IncidentOptions;
import dev.cofferdam.watch.notify.ChannelOptions;
import dev.cofferdam.watch.notify.NotifyOptions;
import dev.cofferdam.watch.statuspage.DraftOptions;
import dev.cofferdam.watch.statuspage.StatusOptions;
import dev.cofferdam.watch.web.AccessToken;
import dev.cofferdam.watch.web.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a YAML file to a {@link WatchConfiguration}; docs/watch.md has the names. Stateless. */
public final class ConfigurationReader {
    private static final Map<String, Role> ROLES = Map.of("viewer", Role.VIEWER, "responder", Role.RESPONDER, "admin", Role.ADMIN);

    private ConfigurationReader() {
    }

    /** Throws all that is wrong with it at once. */
    public static WatchConfiguration read(Settings top) throws SettingsException {
        List<TargetConfiguration> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Map<String, List<String>> workloads = new LinkedHashMap<>();
        Settings named = top.section("workloads");
        for (String name : named.names()) {
            workloads.put(name, named.texts(name));
        }
        for (Settings entry : top.sections("targets")) {
            TargetConfiguration target = TargetReader.read(entry, workloads);
            if (!names.add(target.name())) {
                entry.complain("another target is called '" + target.name() + "'; give one of them a name");
            }
            targets.add(target);
        }
        if (targets.size() > WatchConfiguration.TARGETS_MAX) {
            top.complain(targets.size() + " targets; one watcher takes " + WatchConfiguration.TARGETS_MAX);
        }
        Path folder = top.path("data");
        ConsoleOptions console = console(top.section("console"), workloads);
        IncidentOptions incidents = incidents(top.section("incidents"));
        NotifyOptions notifications = notifications(top);
        Settings page = top.section("status-page");
        Map<String, String> components = texts(page.section("components"));
        StatusOptions status = new StatusOptions(page.text("name", StatusOptions.DEFAULTS.name()), page.text("url", ""),
                console.statusPublic(), components);
        DraftOptions drafts = new DraftOptions(components, texts(page.section("workloads")), page.flag("key-names", false),
                DraftOptions.DEFAULTS.quietSeconds());
        top.finish();
        return new WatchConfiguration(targets, folder, console, incidents, notifications, status, drafts);
    }

    private static ConsoleOptions console(Settings console, Map<String, List<String>> workloads) {
        String listen = console.text("listen", ConsoleOptions.DEFAULTS.address() + ":" + ConsoleOptions.DEFAULTS.port());
        int colon = listen.lastIndexOf(':');
        String address = colon <= 0 ? ConsoleOptions.DEFAULTS.address() : listen.substring(0, colon);
        int port = port(listen.substring(colon + 1));
        if (port < 0) {
            console.complain("listen is '" + listen + "'; it must be address:port, as 127.0.0.1:" + ConsoleOptions.DEFAULTS.port());
        }
        return new ConsoleOptions(address, Math.max(0, port), tokens(console.path("tokens-file"), console),
                console.flag("public-status", false), workloads);
    }

    /** What the user calls things, by their own names. */
    private static Map<String, String> texts(Settings named) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : named.names()) {
            texts.put(name, named.text(name, ""));
        }
        return texts;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 65_535 ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Lines of {@code role name secret}. */
    private static List<AccessToken> tokens(@Nullable Path file, Settings console) {
        List<AccessToken> tokens = new ArrayList<>();
        if (file == null) {
            return tokens;
        }
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                String[] words = line.strip().split("\\s+");
                if (line.isBlank() || line.strip().startsWith("#")) {
                    continue;
                }
                if (words.length != 3 || !ROLES.containsKey(words[0])) {
                    console.complain("tokens-file " + file + " line " + number + ": must be 'viewer|responder|admin name secret'");
                    continue;
                }
                try {
                    tokens.add(new AccessToken(words[1], ROLES.get(words[0]), words[2]));
                } catch (IllegalArgumentException e) {
                    console.complain("tokens-file " + file + " line " + number + ": " + e.getMessage());
                }
            }
        } catch (IOException e) {
            console.complain("tokens-file " + file + " cannot be read");
        }
        return tokens;
    }

    private static IncidentOptions incidents(Settings settings) {
        IncidentOptions defaults = IncidentOptions.DEFAULTS;
        return new IncidentOptions(defaults.draftCalmSeconds(), defaults.stoppedCalmSeconds(), defaults.belowOnsetSeconds(),
                defaults.calmSeconds(),
                settings.integer("unreachable-notify-seconds", 1, 86_400, defaults.unreachableNotifySeconds()),
                settings.integer("unreachable-page-seconds", 0, 86_400, defaults.unreachablePageSeconds()), defaults.figuresSeconds(),
                settings.choice("force", Map.of("never", IncidentOptions.Force.NEVER, "turns", IncidentOptions.Force.TURNS, "always",
                        IncidentOptions.Force.ALWAYS), defaults.force()),
                settings.integer("kept", 1, 100_000, defaults.keptIncidents()), settings.bytes("kept-bytes", defaults.keptBytes()));
    }

    private static NotifyOptions notifications(Settings top) {
        List<ChannelOptions> channels = new ArrayList<>();
        ChannelReader reader = new ChannelReader();
        for (Settings entry : top.sections("notify")) {
            ChannelOptions channel = reader.read(entry);
            if (channel != null) {
                channels.add(channel);
            }
        }
        NotifyOptions defaults = NotifyOptions.DEFAULTS;
        Settings links = top.section("links");
        return new NotifyOptions(top.text("watcher", defaults.watcher()), links.text("console", ""), links.text("runbook", ""),
                defaults.timeLimitSeconds(), defaults.giveUpSeconds(), defaults.gapMillis(), channels);
    }
}
