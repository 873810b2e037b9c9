// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import dev.cofferdam.server.Server;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.Directive;
import dev.cofferdam.server.config.Directives;
import dev.cofferdam.server.config.InvalidValueException;
import dev.cofferdam.server.config.TlsDirectives;
import dev.cofferdam.server.net.EventLoop;
import dev.cofferdam.server.net.Ports;
import dev.cofferdam.server.tls.TlsContext;
import dev.cofferdam.server.tls.TlsException;
import dev.cofferdam.server.tls.TlsSettings;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the configuration says about addresses, ports and TLS to the event loop, when CONFIG SET changes it. Event loop.
 *
 * <p>Owns what is in use now. What always holds: all of it changes or nothing; a certificate that does not fit its key leaves the old ones serving.
 */
final class ListenBinding implements Configuration.GroupApplier {
    static final Set<Directive<?>> DIRECTIVES = directives();

    /** What the loop listens with. */
    private record InUse(List<String> addresses, Ports ports, @Nullable TlsContext context) {
    }

    private final Server server;
    private final Configuration configuration;
    private List<String> addresses;
    private @Nullable InUse before;

    ListenBinding(Server server, Configuration configuration) {
        this.server = server;
        this.configuration = configuration;
        this.addresses = configuration.get(Directives.BIND);
    }

    private static Set<Directive<?>> directives() {
        Set<Directive<?>> all = new HashSet<>(TlsSettings.DIRECTIVES);
        all.add(Directives.BIND);
        all.add(Directives.PORT);
        return Set.copyOf(all);
    }

    @Override
    public void apply(Set<Directive<?>> changed) throws InvalidValueException {
        EventLoop loop = server.loop();
        if (loop == null) {
            return;
        }
        InUse now = new InUse(addresses, server.operations().ports(), loop.tlsContext());
        long port = configuration.number(Directives.PORT);
        long tlsPort = configuration.number(TlsDirectives.PORT);
        if (port == 0 && tlsPort == 0 && (changed.contains(Directives.PORT) || now.ports.plain() == Ports.NONE)) {
            throw new InvalidValueException("port 0 and tls-port 0 together would leave no port to connect to; set the other one first");
        }
        // A plain port that the system chose at the start stays until somebody says port 0.
        boolean stays = port == 0 && !changed.contains(Directives.PORT);
        Ports configured = Ports.configured(port, tlsPort);
        Ports ports = stays ? new Ports(now.ports.plain(), configured.tls()) : configured;
        boolean aboutTls = changed.stream().anyMatch(TlsSettings.DIRECTIVES::contains);
        TlsContext context = tlsPort == 0 ? null : aboutTls || now.context == null ? load() : now.context;
        if (context != null && !loop.useTls(context)) {
            throw new InvalidValueException("connections has no memory for the buffers of TLS; raise its max");
        }
        try {
            List<String> wanted = configuration.get(Directives.BIND);
            server.operations().setPorts(loop.listenOn(wanted, ports));
            addresses = wanted;
        } catch (IOException e) {
            if (now.context != null) {
                loop.useTls(now.context);
            }
            server.events().log("listen-failed port=" + port + " tls_port=" + tlsPort + " error=\"" + e.getMessage() + '"');
            throw new InvalidValueException(changed.contains(Directives.PORT) || changed.contains(TlsDirectives.PORT)
                    ? "Unable to listen on this port. Check server logs."
                    : "Failed to bind to specified addresses.");
        }
        before = now;
        if (context != null && context != now.context) {
            context.warnings().forEach(server.events()::log);
            server.events()
                .log("tls-loaded cert=" + configuration.get(TlsDirectives.CERT_FILE) + " key=" + configuration.get(TlsDirectives.KEY_FILE)
                        + "; new connections use it, those that exist keep what they have");
        }
    }

    /** The first words are Redis's; what is wrong follows. */
    private TlsContext load() throws InvalidValueException {
        try {
            return TlsContext.load(TlsSettings.of(configuration), server.nowMillis());
        } catch (TlsException e) {
            server.events().log("tls-refused error=\"" + e.getMessage() + "\"; what was in use goes on serving");
            throw new InvalidValueException("Unable to update TLS configuration. Check server logs. " + e.getMessage());
        }
    }

    @Override
    public void undo() {
        EventLoop loop = server.loop();
        InUse old = before;
        if (loop == null || old == null) {
            return;
        }
        try {
            if (old.context != null) {
                loop.useTls(old.context);
            }
            server.operations().setPorts(loop.listenOn(old.addresses, old.ports));
            addresses = old.addresses;
        } catch (IOException e) {
            server.events().log(
                    "listen-failed error=\"" + e.getMessage() + "\"; it worked before, and another change of the same command was refused");
        }
    }
}
