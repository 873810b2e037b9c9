// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.attribute.AttributeOptions;
import dev.cofferdam.watch.config.Settings;
import dev.cofferdam.watch.detect.DetectorOptions;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.ProbeOptions;
import dev.cofferdam.watch.probe.TargetAddress;
import dev.cofferdam.watch.probe.TlsTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code targets}. Mistakes are left in the settings; what is answered then is not used. */
final class TargetReader {
    private static final Map<String, Stage> MODES = new LinkedHashMap<>();
    private static final int NAME_MAX = 60;
    private static final int LEARNING_DAYS_MAX = 14;

    static {
        MODES.put("observe", Stage.SUSPECT);
        MODES.put("notify", Stage.NOTIFY);
        MODES.put("page", Stage.PAGE);
    }

    private TargetReader() {
    }

    /** @param workloads names for groups of keys, of the whole file */
    static TargetConfiguration read(Settings target, Map<String, List<String>> workloads) {
        TargetAddress address = address(target);
        String name = target.text("name", address.shown());
        if (name.isBlank() || name.length() > NAME_MAX || name.indexOf('/') >= 0) {
            target.complain("name '" + name + "' must have 1 to " + NAME_MAX + " characters and no '/'");
        }
        long limitBytes = target.text("limit", "auto").equals("auto") ? 0 : target.bytes("limit", 0);
        Settings attribution = target.section("attribution");
        ProbeOptions probe = ProbeOptions.DEFAULTS.withLimitBytes(limitBytes).withMonitorAllowed(attribution.flag("monitor", false))
            .withBudgets(attribution.share("budget", ProbeOptions.DEFAULTS.calmBudget()),
                    attribution.share("suspect-budget", ProbeOptions.DEFAULTS.suspectBudget()));
        AttributeOptions defaults = AttributeOptions.DEFAULTS.withWorkloads(workloads);
        AttributeOptions options = defaults
            .withSamplesPerSecond(attribution.integer("samples-per-second", 0, 1_000, defaults.samplesPerSecond()))
            .withCensusKeysPerSecond(attribution.integer("census-keys-per-second", 0, 10_000, defaults.censusKeysPerSecond()))
            .withWriteBursts(attribution.flag("write-bursts", defaults.writeBursts()));
        DetectorOptions detector = new DetectorOptions(
                target.integer("learning-days", 0, LEARNING_DAYS_MAX, (int) DetectorOptions.DEFAULTS.learningDays()),
                target.choice("mode", MODES, Stage.PAGE));
        Settings tls = target.section("tls");
        SSLContext context = tls(tls, address);
        Settings contain = target.section("contain");
        return new TargetConfiguration(name, address, context, tls.flag("check-host-name", true), probe, detector, options,
                ContainReader.read(target, contain),
                acting(contain, address));
    }

    /** A file with {@code user password}, or a password alone. */
    private static @Nullable TargetAddress acting(Settings contain, TargetAddress address) {
        Path file = contain.path("credential-file");
        if (file == null) {
            return null;
        }
        try {
            String[] words = Files.readString(file).strip().split("\\s+", 2);
            return words.length == 2 ? address.withAccess(words[0], words[1]) : address.withAccess(null, words[0]);
        } catch (IOException e) {
            contain.complain("credential-file " + file + " cannot be read");
            return null;
        }
    }

    private static TargetAddress address(Settings target) {
        String url = target.required("url");
        TargetAddress address;
        try {
            address = TargetAddress.parse(url);
        } catch (IllegalArgumentException e) {
            if (!url.isEmpty()) {
                target.complain("url: " + e.getMessage());
            }
            address = TargetAddress.parse("127.0.0.1");
        }
        String user = target.text("user");
        Path passwordFile = target.path("password-file");
        if (passwordFile != null) {
            try {
                return address.withAccess(user == null ? address.username() : user, Files.readString(passwordFile).strip());
            } catch (IOException e) {
                target.complain("password-file " + passwordFile + " cannot be read");
            }
        } else if (user != null) {
            target.complain("user needs a password-file beside it");
        }
        return address;
    }

    private static @Nullable SSLContext tls(Settings tls, TargetAddress address) {
        Path authorities = tls.path("ca-file");
        Path certificate = tls.path("cert-file");
        Path key = tls.path("key-file");
        if (!address.tls()) {
            if (authorities != null || certificate != null || key != null) {
                tls.complain("files of TLS have no effect on redis://; write rediss://");
            }
            return null;
        }
        try {
            return TlsTrust.context(authorities, certificate, key);
        } catch (IOException e) {
            tls.complain(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
