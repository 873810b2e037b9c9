// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

/** What scripts can set with the cjson.encode_... and decode_... functions; one per engine, kept between scripts as Redis does. */
final class JsonOptions {
    boolean convertSparse;
    int sparseRatio = 2;
    int sparseSafe = 10;
    int encodeDepth = 1000;
    int decodeDepth = 1000;
    int precision = 14;
    boolean keepBuffer = true;
    /** 0 refuses NaN and infinities, 1 writes them, 2 writes null. */
    int encodeInvalid;
    boolean decodeInvalid = true;
}
