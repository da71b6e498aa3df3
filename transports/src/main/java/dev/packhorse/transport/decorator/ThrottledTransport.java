package dev.packhorse.transport.decorator;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ContentReader;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedObject;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TreeContent;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Lets the bytes of objects pass no faster than two limits say, which several transports may
/// share. Commands and listings are not counted.
public final class ThrottledTransport extends SurroundedTransport {
    /// What passes at a time.
    static final int PIECE = 8 * 1024;

    private final SpeedLimit up;
    private final SpeedLimit down;

    /// Slows a transport down.
    ///
    /// @param transport closed with this one
    public ThrottledTransport(Transport transport, SpeedLimit up, SpeedLimit down) {
        super(transport);
        this.up = up;
        this.down = down;
    }

    @Override
    <R> R surround(String operation, Cancellation cancellation, Call<R> call)
            throws TransportException, CancelledException {
        return call.run();
    }

    @Override
    public ObjectInfo put(
            ObjectKey key,
            Content content,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        Content slowed =
                new Content() {
                    @Override
                    public long sizeBytes() {
                        return content.sizeBytes();
                    }

                    @Override
                    public String sha256() {
                        return content.sha256();
                    }

                    @Override
                    public List<AlikeRange> alike() {
                        return content.alike();
                    }

                    @Override
                    public Optional<Path> localFile() {
                        return content.localFile();
                    }

                    @Override
                    public long bytesPerSecond() {
                        return Math.min(content.bytesPerSecond(), up.bytesPerSecond());
                    }

                    @Override
                    public void sent(long bytes) {
                        content.sent(bytes);
                    }

                    @Override
                    public InputStream open() throws IOException {
                        return new Slowed(content.open(), up, cancellation);
                    }
                };
        return super.put(key, slowed, mode, journal, cancellation);
    }

    @Override
    public StreamedObject putStreamed(
            ObjectKey key,
            ContentWriter writer,
            PutMode mode,
            UploadJournal journal,
            Cancellation cancellation)
            throws TransportException, CancelledException {
        return super.putStreamed(
                key,
                bytes -> writer.writeTo(new SlowedOutput(bytes, up, cancellation)),
                mode,
                journal,
                cancellation);
    }

    /// As fast as the limit says at the beginning.
    @Override
    public void putTree(
            ObjectKey key, TreeContent tree, UploadJournal journal, Cancellation cancellation)
            throws TransportException, CancelledException {
        super.putTree(key, new SlowedTree(tree, up), journal, cancellation);
    }

    private record SlowedTree(TreeContent tree, SpeedLimit limit) implements TreeContent {
        @Override
        public Path folder() {
            return tree.folder();
        }

        @Override
        public long sizeBytes() {
            return tree.sizeBytes();
        }

        @Override
        public String sha256() {
            return tree.sha256();
        }

        @Override
        public List<ObjectKey> earlier() {
            return tree.earlier();
        }

        @Override
        public long bytesPerSecond() {
            return Math.min(tree.bytesPerSecond(), limit.bytesPerSecond());
        }

        @Override
        public void proveUnchanged(Cancellation cancellation) throws IOException {
            tree.proveUnchanged(cancellation);
        }
    }

    @Override
    public <R> R read(
            ObjectKey key, ByteRange range, ContentReader<R> reader, Cancellation cancellation)
            throws TransportException, CancelledException {
        return super.read(
                key,
                range,
                bytes -> reader.read(new Slowed(bytes, down, cancellation)),
                cancellation);
    }

    /// Small reads, so that waits are short and the limit's share is fair.
    private static final class Slowed extends FilterInputStream {
        private final SpeedLimit limit;
        private final Cancellation cancellation;

        Slowed(InputStream in, SpeedLimit limit, Cancellation cancellation) {
            super(in);
            this.limit = limit;
            this.cancellation = cancellation;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, Math.min(length, PIECE));
            limit.pass(Math.max(0, count), cancellation);
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
