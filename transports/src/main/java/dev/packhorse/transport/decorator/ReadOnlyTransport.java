package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.UploadJournal;

/// Reads and lists as the transport beneath does, and changes nothing.
public final class ReadOnlyTransport extends SurroundedTransport {
    /// Protects a place.
    ///
    /// @param transport closed with this one
    public ReadOnlyTransport(Transport transport) {
        super(transport);
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return call.run();
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException {
        throw refused("put " + key);
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException {
        throw refused("put " + key);
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException {
        throw refused("put " + key);
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public void deleteTree(ObjectKey key) throws TransportException {
        throw refused("delete " + key);
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public void delete(ObjectKey key) throws TransportException {
        throw refused("delete " + key);
    }

    /// @throws TransportException `REFUSED`, always
    @Override
    public boolean removeEmptyFolder(ObjectKey folder) throws TransportException {
        throw refused("remove folder " + folder);
    }

    private static TransportException refused(String operation) {
        return new TransportException(
                Kind.REFUSED, operation + ": the destination is opened for reading only");
    }
}
