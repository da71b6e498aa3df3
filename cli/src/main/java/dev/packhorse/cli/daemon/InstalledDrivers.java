package dev.packhorse.cli.daemon;

import dev.packhorse.engine.daemon.Drivers;
import dev.packhorse.engine.destination.GoogleConsent;
import dev.packhorse.transport.gdrive.GoogleAuthorisation;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.registry.TransportRegistry;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// Hands the engine the drivers of the transports module.
public record InstalledDrivers(TransportRegistry registry, GoogleAuthorisation authorisation)
        implements Drivers {
    private static final Duration GOOGLE_TIMEOUT = Duration.ofSeconds(30);

    /// The drivers of this distribution.
    public static InstalledDrivers all() {
        return new InstalledDrivers(
                TransportRegistry.ofAllDrivers(), new GoogleAuthorisation(GOOGLE_TIMEOUT));
    }

    @Override
    public Transport folder(Path folder) throws TransportException {
        return new LocalTransport(folder);
    }

    @Override
    public Transport remote(String type, TransportSettings settings) throws TransportException {
        return registry.open(type, settings);
    }

    @Override
    public GoogleConsent google() {
        return new Consent(authorisation);
    }

    /// A browser waits for the answer, so nobody cancels; the time of each step is bounded.
    private record Consent(GoogleAuthorisation authorisation) implements GoogleConsent {
        @Override
        public URI page(String clientId, URI redirectUri, String state) {
            return authorisation.authorisationUri(clientId, redirectUri, state);
        }

        @Override
        public Secret exchange(String clientId, Secret clientSecret, Secret code, URI redirectUri)
                throws IOException {
            return authorisation.exchange(
                    clientId, clientSecret, code, redirectUri, Cancellation.never());
        }
    }
}
