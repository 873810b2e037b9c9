// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import dev.cofferdam.server.command.Call;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What commands about places read from their arguments. Owns nothing. */
final class GeoArguments {
    private GeoArguments() {
    }

    /** Reads the pair at {@code i}; answers what is wrong with it, or an empty text. Its values: {@code place[0]}, {@code place[1]}. */
    static String place(Call call, int i, double[] place) {
        for (int k = 0; k < 2; k++) {
            if (!call.tryDouble(i + k)) {
                return "ERR value is not a valid float";
            }
            place[k] = call.real;
        }
        return Geohash.isPlace(place[0], place[1])
                ? ""
                : "ERR invalid longitude,latitude pair " + sixDecimals(place[0]) + "," + sixDecimals(place[1]);
    }

    private static String sixDecimals(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String text = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
        boolean lostSign = 1 / value < 0 || value < 0;
        return lostSign && !text.startsWith("-") ? "-" + text : text;
    }

    /** Metres of a unit, or 0 for an unknown one. */
    static double unit(Call call, int i) {
        if (call.is(i, "M")) {
            return 1;
        }
        if (call.is(i, "KM")) {
            return 1000;
        }
        return call.is(i, "FT") ? 0.3048 : call.is(i, "MI") ? 1609.34 : 0;
    }

    static final String UNKNOWN_UNIT = "ERR unsupported unit provided. please use M, KM, FT, MI";
}
