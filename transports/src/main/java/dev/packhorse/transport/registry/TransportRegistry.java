package dev.packhorse.transport.registry;

import dev.packhorse.transport.backblaze.BackblazeTransportFactory;
import dev.packhorse.transport.custom.CustomTransportFactory;
import dev.packhorse.transport.decorator.Pause;
import dev.packhorse.transport.decorator.RetryPolicy;
import dev.packhorse.transport.decorator.RetryingTransport;
import dev.packhorse.transport.ftp.FtpTransportFactory;
import dev.packhorse.transport.gdrive.GdriveTransportFactory;
import dev.packhorse.transport.rsync.RsyncTransportFactory;
import dev.packhorse.transport.s3.S3TransportFactory;
import dev.packhorse.transport.sftp.SftpTransportFactory;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportFactory;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.webdav.WebdavTransportFactory;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Opens destinations by the word of their type. Safe for many threads.
public final class TransportRegistry {
    private final SortedMap<String, TransportFactory> factories =
            new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /// @throws IllegalArgumentException if two factories have one type
    public TransportRegistry(Collection<TransportFactory> factories) {
        for (TransportFactory factory : factories) {
            if (this.factories.put(factory.type(), factory) != null) {
                throw new IllegalArgumentException("two drivers of type " + factory.type());
            }
        }
    }

    /// All drivers that are reached over a network or a program; the folder driver is opened apart,
    /// since its folder is judged by the host's rules first.
    public static TransportRegistry ofAllDrivers() {
        return new TransportRegistry(
                List.of(
                        new BackblazeTransportFactory(),
                        new CustomTransportFactory(),
                        new FtpTransportFactory(),
                        new GdriveTransportFactory(),
                        new RsyncTransportFactory(),
                        S3TransportFactory.amazon(),
                        S3TransportFactory.compatible(),
                        new SftpTransportFactory(),
                        new WebdavTransportFactory()));
    }

    /// The words of the types that can be opened, without regard to case.
    public SortedSet<String> types() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(factories.keySet()));
    }

    /// Opens a destination, with passing failures tried again.
    ///
    /// @throws TransportException `REFUSED` for a type without a driver, else what the driver says
    public Transport open(String type, TransportSettings settings) throws TransportException {
        TransportFactory factory = factories.get(type);
        if (factory == null) {
            throw new TransportException(
                    Kind.REFUSED, "open destination: type " + type + " has no driver here");
        }
        return new RetryingTransport(
                factory.open(settings), RetryPolicy.NETWORK, Pause.real(), new SecureRandom());
    }
}
