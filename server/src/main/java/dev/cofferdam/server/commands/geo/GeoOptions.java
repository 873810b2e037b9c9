// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.KeySpec;

/** What the arguments of a search say, read in Redis's order, so that of several mistakes the same one is told. Made per command. */
final class GeoOptions {
    /** The five ways to ask. */
    enum Form {
        /** GEORADIUS: place, radius and unit stand first. */
        PLACE(1, 6),
        /** GEORADIUSBYMEMBER. */
        MEMBER(1, 5),
        /** GEOSEARCH: everything is an option. */
        SEARCH(1, 2),
        /** GEOSEARCHSTORE: destination and source stand first. */
        SEARCH_STORE(2, 3);

        final int source;
        final int firstOption;

        Form(int source, int firstOption) {
            this.source = source;
            this.firstOption = firstOption;
        }

        boolean isSearch() {
            return this == SEARCH || this == SEARCH_STORE;
        }
    }

    static final KeySpec.OptionWidth WIDTH = (call, i) -> call.is(i, "COUNT") || call.is(i, "STORE") || call.is(i, "STOREDIST") ? 1 : 0;

    final SearchArea area = new SearchArea();
    boolean withDistance;
    boolean withHash;
    boolean withPlace;
    boolean ordered;
    boolean descending;
    boolean any;
    /** 0 for all. */
    long count;
    /** Argument of the destination; 0 for a reply. */
    int store;
    boolean storesDistance;
    /** What is wrong; empty when nothing is. */
    String error = "";

    private final Call call;
    private final Form form;
    private final Key source;
    private final boolean mayStore;
    private final double[] place = new double[2];
    private boolean hasMember;
    private boolean hasPlace;
    private boolean hasShape;

    GeoOptions(Call call, Form form, Key source) {
        this.call = call;
        this.form = form;
        this.source = source;
        mayStore = call.command().writes() && !form.isSearch();
        if (readHead()) {
            int i = form.firstOption;
            while (error.isEmpty() && i < call.count()) {
                i = readOption(i);
            }
        }
        if (error.isEmpty()) {
            error = conflict();
        }
        ordered |= count > 0 && !any;
    }

    private boolean readHead() {
        if (form == Form.PLACE) {
            readPlace(2);
            if (error.isEmpty()) {
                readRadius(4);
            }
        } else if (form == Form.MEMBER && source.exists()) {
            readMember(2);
            if (error.isEmpty()) {
                readRadius(3);
            }
        } else if (form == Form.SEARCH_STORE) {
            store = 1;
        }
        return error.isEmpty();
    }

    private void readPlace(int i) {
        error = GeoArguments.place(call, i, place);
        area.longitude = place[0];
        area.latitude = place[1];
    }

    private void readMember(int i) {
        SortedSetValues values = source.compartment().sortedSets();
        if (!values.find(source, call.address(i), call.length(i))) {
            error = "ERR could not decode requested zset member";
            return;
        }
        area.longitude = Geohash.longitude(values.score);
        area.latitude = Geohash.latitude(values.score);
    }

    private void readRadius(int i) {
        area.isBox = false;
        if (!call.tryDouble(i)) {
            error = "ERR need numeric radius";
        } else if (call.real < 0) {
            error = "ERR radius cannot be negative";
        } else {
            area.radius = call.real;
            readUnit(i + 1);
        }
    }

    private void readBox(int i) {
        area.isBox = true;
        if (!call.tryDouble(i)) {
            error = "ERR need numeric width";
            return;
        }
        area.width = call.real;
        if (!call.tryDouble(i + 1)) {
            error = "ERR need numeric height";
            return;
        }
        area.height = call.real;
        if (area.width < 0 || area.height < 0) {
            error = "ERR height or width cannot be negative";
            return;
        }
        readUnit(i + 2);
    }

    private void readUnit(int i) {
        area.unit = GeoArguments.unit(call, i);
        if (area.unit == 0) {
            error = GeoArguments.UNKNOWN_UNIT;
        }
    }

    /** Answers where the next option stands. */
    private int readOption(int i) {
        int left = call.count() - i - 1;
        if (call.is(i, "WITHDIST")) {
            withDistance = true;
        } else if (call.is(i, "WITHHASH")) {
            withHash = true;
        } else if (call.is(i, "WITHCOORD")) {
            withPlace = true;
        } else if (call.is(i, "ANY")) {
            any = true;
        } else if (call.is(i, "ASC")) {
            ordered = true;
            descending = false;
        } else if (call.is(i, "DESC")) {
            ordered = true;
            descending = true;
        } else if (left >= 1 && call.is(i, "COUNT")) {
            readCount(i + 1);
            return i + 2;
        } else if (left >= 1 && mayStore && (call.is(i, "STORE") || call.is(i, "STOREDIST"))) {
            store = i + 1;
            storesDistance = call.length(i) > "STORE".length();
            return i + 2;
        } else if (form == Form.SEARCH_STORE && call.is(i, "STOREDIST")) {
            storesDistance = true;
        } else if (form.isSearch()) {
            return readSearchOption(i, left);
        } else {
            error = "ERR syntax error";
        }
        return i + 1;
    }

    private int readSearchOption(int i, int left) {
        if (left >= 1 && !hasPlace && call.is(i, "FROMMEMBER")) {
            hasMember = true;
            if (source.exists()) {
                readMember(i + 1);
            }
            return i + 2;
        }
        if (left >= 2 && !hasMember && call.is(i, "FROMLONLAT")) {
            hasPlace = true;
            readPlace(i + 1);
            return i + 3;
        }
        if (left >= 2 && !(hasShape && area.isBox) && call.is(i, "BYRADIUS")) {
            hasShape = true;
            readRadius(i + 1);
            return i + 3;
        }
        if (left >= 3 && (!hasShape || area.isBox) && call.is(i, "BYBOX")) {
            hasShape = true;
            readBox(i + 1);
            return i + 4;
        }
        error = "ERR syntax error";
        return i + 1;
    }

    private void readCount(int i) {
        if (!call.tryLong(i)) {
            error = "ERR value is not an integer or out of range";
        } else if (call.number <= 0) {
            error = "ERR COUNT must be > 0";
        } else {
            count = call.number;
        }
    }

    private String conflict() {
        if (store > 0 && (withDistance || withHash || withPlace)) {
            return "ERR " + (form.isSearch() ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
                    + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
        }
        if (form.isSearch() && !hasMember && !hasPlace) {
            return "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + call.text(0);
        }
        if (form.isSearch() && !hasShape) {
            return "ERR exactly one of BYRADIUS and BYBOX can be specified for " + call.text(0);
        }
        return any && count == 0 ? "ERR the ANY argument requires COUNT argument" : "";
    }
}
