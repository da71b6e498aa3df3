package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Resumption;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportTraits;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// A real place behind a line that is cut after so many bytes more of a put than the one before
/// brought; what was brought is not lost. One thread.
final class CutTransport extends SurroundedTransport {
    private final long step;
    private long brought;
    private int puts;

    CutTransport(Transport place, long step) {
        super(place);
        this.step = step;
    }

    /// How many puts were begun.
    int puts() {
        return puts;
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return call.run();
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits(true, true, Resumption.BY_BYTE, OptionalLong.empty(), 1);
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        puts++;
        brought += step;
        if (brought < content.sizeBytes()) {
            try (InputStream source = content.open()) {
                source.skipNBytes(brought);
            } catch (IOException e) {
                throw new TransportException(Kind.REFUSED, "the source failed", e);
            }
            throw new TransportException(Kind.UNAVAILABLE, "put " + key + ": the line was cut");
        }
        return super.put(key, content, mode, journal, cancellation);
    }
}
