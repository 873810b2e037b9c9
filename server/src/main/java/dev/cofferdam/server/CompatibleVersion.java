// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

/** The Redis version whose commands and replies we follow; clients decide by it what they may send. */
public final class CompatibleVersion {
    public static final String REDIS = "7.0.15";

    private CompatibleVersion() {
    }
}
