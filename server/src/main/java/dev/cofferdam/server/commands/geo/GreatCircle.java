// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

/** Distances on a sphere by the haversine formula, in metres, nearly always to the last bit those of stock. Owns a calculator: one thread at a time. */
final class GreatCircle {
    static final double EARTH_RADIUS = 6372797.560856;
    private static final double RADIANS_PER_DEGREE = Math.PI / 180.0;
    /** What {@link #roughly} may be wrong by, and far more: a share of the distance, and metres at the other side of the earth. */
    private static final double ROUGH_SHARE = 1e-9;
    private static final double ROUGH_METRES = 1;

    private final Trigonometry exact = new Trigonometry();

    static double radians(double degrees) {
        return degrees * RADIANS_PER_DEGREE;
    }

    static double degrees(double radians) {
        return radians / RADIANS_PER_DEGREE;
    }

    double cosine(double radians) {
        return exact.cosine(radians);
    }

    static double alongMeridian(double latitude, double otherLatitude) {
        return EARTH_RADIUS * Math.abs(radians(otherLatitude) - radians(latitude));
    }

    double distance(double longitude, double latitude, double otherLongitude, double otherLatitude) {
        double v = exact.sine((radians(otherLongitude) - radians(longitude)) / 2);
        if (v == 0) {
            return alongMeridian(latitude, otherLatitude);
        }
        double from = radians(latitude);
        double to = radians(otherLatitude);
        double u = exact.sine((to - from) / 2);
        double a = u * u + exact.cosine(from) * exact.cosine(to) * v * v;
        return 2.0 * EARTH_RADIUS * exact.arcSine(Math.sqrt(a));
    }

    /** True when the distance is certainly more than this: what most places a search looks at fail on, at a tenth of the cost. */
    static boolean isBeyond(double metres, double longitude, double latitude, double otherLongitude, double otherLatitude) {
        return roughly(longitude, latitude, otherLongitude, otherLatitude) > metres * (1 + ROUGH_SHARE) + ROUGH_METRES;
    }

    private static double roughly(double longitude, double latitude, double otherLongitude, double otherLatitude) {
        double from = radians(latitude);
        double to = radians(otherLatitude);
        double v = Math.sin((radians(otherLongitude) - radians(longitude)) / 2);
        double u = Math.sin((to - from) / 2);
        return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v)));
    }
}
