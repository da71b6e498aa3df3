package dev.packhorse.cli.daemon;

import dev.packhorse.engine.daemon.Drivers;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.registry.TransportRegistry;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.nio.file.Path;

/// Hands the engine the drivers of the transports module.
public record InstalledDrivers(TransportRegistry registry) implements Drivers {
    /// The drivers of this distribution.
    public static InstalledDrivers all() {
        return new InstalledDrivers(TransportRegistry.ofAllDrivers());
    }

    @Override
    public Transport folder(Path folder) throws TransportException {
        return new LocalTransport(folder);
    }

    @Override
    public Transport remote(String type, TransportSettings settings) throws TransportException {
        return registry.open(type, settings);
    }
}
