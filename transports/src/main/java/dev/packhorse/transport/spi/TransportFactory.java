package dev.packhorse.transport.spi;

/// Opens the destinations of one type. Stateless; safe for many threads.
public interface TransportFactory {
    /// The word of the type in WHM API 1, as `SFTP`.
    String type();

    /// Opens a destination: the settings are checked here, a connection may be made now or at the
    /// first call.
    ///
    /// @throws TransportException `REFUSED` naming the setting that is missing or wrong, or what
    ///   the first connection says
    Transport open(TransportSettings settings) throws TransportException;
}
