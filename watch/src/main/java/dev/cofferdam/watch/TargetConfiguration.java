// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

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
 */
public record TargetConfiguration(String name, TargetAddress address, @Nullable SSLContext tls, boolean hostNameChecked, ProbeOptions probe,
        DetectorOptions detector) {
}
