// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.server.config.BudgetPlan;
import dev.cofferdam.server.config.CompartmentPlan;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directives;
import java.util.ArrayList;
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
 * @param scriptsReserveBytes always there for scripts
 * @param scriptsMaxBytes most that scripts, their interpreters and their sources may use
 * @param compartments in the order the router numbers them
 * @param seed of hashes and random choices
 */
public record ServerOptions(List<String> bind, int port, long maxMemoryBytes, int pageBytes, long connectionsReserveBytes,
        long connectionsMaxBytes, long scriptsReserveBytes, long scriptsMaxBytes,
        List<CompartmentOptions> compartments, Router router, long seed) {
    /** Scripts may use a quarter, and have no reserve. */
    public ServerOptions(List<String> bind, int port, long maxMemoryBytes, int pageBytes, long connectionsReserveBytes,
            long connectionsMaxBytes,
            List<CompartmentOptions> compartments, Router router, long seed) {
        this(bind, port, maxMemoryBytes, pageBytes, connectionsReserveBytes, connectionsMaxBytes, 0, maxMemoryBytes / 4, compartments,
                router,
                seed);
    }

    /** What a configuration asks for. */
    public static ServerOptions of(Configuration configuration, long seed) {
        BudgetPlan plan = configuration.plan();
        List<CompartmentOptions> compartments = new ArrayList<>();
        for (CompartmentPlan compartment : plan.compartments()) {
            compartments
                .add(new CompartmentOptions(compartment.name(), compartment.reserveBytes(), compartment.maxBytes(), compartment.full()));
        }
        return new ServerOptions(configuration.get(Directives.BIND), (int) configuration.number(Directives.PORT), plan.maxMemoryBytes(), 0,
                plan.connections().reserveBytes(), plan.connections().maxBytes(), plan.scripts().reserveBytes(),
                plan.scripts().maxBytes(), List.copyOf(compartments), plan.rules(), seed);
    }
}
