// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.Router;
import java.util.List;

/**
 * What is fixed when the server starts.
 *
 * @param bind addresses to listen on
 * @param port 0 for any free one
 * @param maxMemoryBytes size of the arena: all data, connections and machinery
 * @param pageBytes page of the arena; 0 for a size that fits
 * @param connectionsReserveBytes always there for connection buffers
 * @param connectionsMaxBytes most that connection buffers may use
 * @param compartments in the order the router numbers them
 * @param seed of hashes and random choices
 */
public record ServerOptions(List<String> bind, int port, long maxMemoryBytes, int pageBytes, long connectionsReserveBytes,
        long connectionsMaxBytes,
        List<CompartmentOptions> compartments, Router router, long seed) {
}
