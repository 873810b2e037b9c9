// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import static dev.cofferdam.server.commands.geo.Geohash.LATITUDE_MAX;
import static dev.cofferdam.server.commands.geo.Geohash.LONGITUDE_MAX;

/**
 * A circle or box around a place, and the nine cells of the grid that hold all of it: the one of its middle and those around that, as Redis chooses them, since
 * the order of results without an order is theirs. Made per command.
 */
final class SearchArea {
    private static final double MERCATOR_MAX = 20037726.37;
    /** Beyond these latitudes cells are so narrow that larger ones are needed. */
    private static final double NARROW_LATITUDE = 66;
    private static final double NARROWER_LATITUDE = 80;
    /** Middle, north, south, east, west, and the corners between them. */
    private static final int[] EAST = {0, 0, 0, 1, -1, 1, -1, 1, -1};
    private static final int[] NORTH = {0, 1, -1, 0, 0, 1, 1, -1, -1};
    static final int CELLS = EAST.length;

    double longitude;
    double latitude;
    boolean isBox;
    double radius;
    double width;
    double height;
    /** Metres per unit. */
    double unit = 1;

    private final GreatCircle circle = new GreatCircle();
    private int steps;
    private long middleEast;
    private long middleNorth;
    private final boolean[] needed = new boolean[CELLS];

    /** Of the last place {@link #contains} took: metres from the middle. */
    double distance;

    boolean contains(double otherLongitude, double otherLatitude) {
        if (!isBox) {
            if (GreatCircle.isBeyond(radius * unit, longitude, latitude, otherLongitude, otherLatitude)) {
                return false;
            }
            distance = circle.distance(longitude, latitude, otherLongitude, otherLatitude);
            return !(distance > radius * unit);
        }
        double halfWidth = width * unit / 2;
        if (GreatCircle.alongMeridian(otherLatitude, latitude) > height * unit / 2
                || GreatCircle.isBeyond(halfWidth, otherLongitude, otherLatitude, longitude, otherLatitude)
                || circle.distance(otherLongitude, otherLatitude, longitude, otherLatitude) > halfWidth) {
            return false;
        }
        distance = circle.distance(longitude, latitude, otherLongitude, otherLatitude);
        return true;
    }

    // ---------------------------------------------------------------- cells

    /** Chooses the cells; the shape is complete. */
    void choose() {
        double up = unit * (isBox ? height / 2 : radius);
        double aside = unit * (isBox ? width / 2 : radius);
        double latitudes = GreatCircle.degrees(up / GreatCircle.EARTH_RADIUS);
        // The farther from the equator, the more degrees the same way is: the edge nearer to the pole decides.
        double edge = latitude < 0 ? latitude - latitudes : latitude + latitudes;
        double longitudes = GreatCircle.degrees(aside / GreatCircle.EARTH_RADIUS / circle.cosine(GreatCircle.radians(edge)));
        double west = longitude - longitudes;
        double east = longitude + longitudes;
        double south = latitude - latitudes;
        double north = latitude + latitudes;
        steps = steps(isBox ? Math.sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)) * unit : radius * unit);
        place();
        if (steps > 1 && isTooSmallFor(west, east, south, north)) {
            steps--;
            place();
        }
        java.util.Arrays.fill(needed, true);
        if (steps >= 2) {
            exclude(Geohash.lowerEnd(middleNorth, LATITUDE_MAX, steps) < south, false, -1);
            exclude(Geohash.upperEnd(middleNorth, LATITUDE_MAX, steps) > north, false, 1);
            exclude(Geohash.lowerEnd(middleEast, LONGITUDE_MAX, steps) < west, true, -1);
            exclude(Geohash.upperEnd(middleEast, LONGITUDE_MAX, steps) > east, true, 1);
        }
    }

    private void place() {
        middleEast = Geohash.cell(longitude, LONGITUDE_MAX, steps);
        middleNorth = Geohash.cell(latitude, LATITUDE_MAX, steps);
    }

    private int steps(double metres) {
        if (metres == 0) {
            return Geohash.STEPS_MAX;
        }
        int fitting = 1;
        for (double reach = metres; reach < MERCATOR_MAX; reach *= 2) {
            fitting++;
        }
        fitting -= 2;
        if (Math.abs(latitude) > NARROW_LATITUDE) {
            fitting -= Math.abs(latitude) > NARROWER_LATITUDE ? 2 : 1;
        }
        return Math.max(1, Math.min(Geohash.STEPS_MAX, fitting));
    }

    private boolean isTooSmallFor(double west, double east, double south, double north) {
        return Geohash.upperEnd(beside(middleNorth, 1), LATITUDE_MAX, steps) < north
                || Geohash.lowerEnd(beside(middleNorth, -1), LATITUDE_MAX, steps) > south
                || Geohash.upperEnd(beside(middleEast, 1), LONGITUDE_MAX, steps) < east
                || Geohash.lowerEnd(beside(middleEast, -1), LONGITUDE_MAX, steps) > west;
    }

    /** The middle cell ends outside of the shape on this side: no cell on that side is needed. */
    private void exclude(boolean endsOutside, boolean horizontal, int side) {
        for (int i = 0; endsOutside && i < CELLS; i++) {
            needed[i] &= (horizontal ? EAST[i] : NORTH[i]) != side;
        }
    }

    /** The next cell in a direction, around the earth. */
    private long beside(long cell, int direction) {
        return direction == 0 ? cell : cell + direction & (1L << steps) - 1;
    }

    boolean isNeeded(int cell) {
        return needed[cell];
    }

    long bits(int cell) {
        return Geohash.interleave(beside(middleEast, EAST[cell]), beside(middleNorth, NORTH[cell]));
    }

    /** The lowest score of a place in the cell of these bits. */
    double scoreFrom(long bits) {
        return bits << 2 * (Geohash.STEPS_MAX - steps);
    }
}
