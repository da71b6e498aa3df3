package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;

/// Opens destinations so that nothing is changed at a place that is another server's, or another
/// destination's of this server. Safe for many threads.
///
/// @param opener opens them
/// @param self who this server is
/// @param places the destinations and folders of this server
/// @param marked the places that this server has marked
public record GuardedOpener(
        TransportOpener opener, ServerIdentity self, LocalPlaces places, MarkedPlaces marked)
        implements TransportOpener {
    @Override
    public Transport open(Destination destination) throws TransportException {
        return new GuardedTransport(opener.open(destination), self, destination, places, marked);
    }
}
