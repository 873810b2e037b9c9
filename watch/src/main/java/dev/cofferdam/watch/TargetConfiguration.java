// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.attribute.AttributeOptions;
import dev.cofferdam.watch.contain.ContainOptions;
import dev.cofferdam.watch.detect.DetectorOptions;
import dev.cofferdam.watch.probe.ProbeOptions;
import dev.cofferdam.watch.probe.TargetAddress;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One target as configured. Immutable.
 *
 * @param name short and unique
 * @param tls whom to trust; null without TLS
 * @param hostNameChecked whether the certificate must be of the host that was named
 * @param acting where and as whom to act; null when there is no credential for that
 */
public record TargetConfiguration(String name, TargetAddress address, @Nullable SSLContext tls, boolean hostNameChecked, ProbeOptions probe,
        DetectorOptions detector, AttributeOptions attribution, ContainOptions contain, @Nullable TargetAddress acting) {
    /** One node of it, which is a server of its own; what is done is done to the whole. */
    TargetConfiguration node(String name, TargetAddress.Node node) {
        return new TargetConfiguration(name, address.at(node), tls, hostNameChecked, probe, detector, attribution, contain, acting);
    }

    /** One that is only looked at. */
    public static TargetConfiguration looked(String name, TargetAddress address, @Nullable SSLContext tls) {
        return new TargetConfiguration(name, address, tls, true, ProbeOptions.DEFAULTS, DetectorOptions.DEFAULTS,
                AttributeOptions.DEFAULTS, ContainOptions.DEFAULTS,
                null);
    }
}
