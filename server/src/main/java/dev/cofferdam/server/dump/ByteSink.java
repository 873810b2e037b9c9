// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

/** Takes what is written, piece by piece, and copies it: the bytes are valid during the call. */
public interface ByteSink {
    void write(long address, long length);
}
