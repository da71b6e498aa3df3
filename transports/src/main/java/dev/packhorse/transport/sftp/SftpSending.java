package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Brings a content into an open temporary file, going on behind what is there already.
final class SftpSending {
    private static final int BLOCK = 1 << 18;
    private static final int SAMPLES = 32;
    private static final int SAMPLE = 1 << 15;

    private final SftpConnection connection;
    private final SftpPut put;
    private final byte[] handle;

    SftpSending(SftpConnection connection, SftpPut put, byte[] handle) {
        this.connection = connection;
        this.put = put;
        this.handle = handle;
    }

    /// Sends what is missing and proves that the file has the right length.
    ///
    /// @param present bytes that the file has; those that were under way when the last try ended
    ///   may be holes, so they are sent again
    void run(long present) throws IOException {
        long kept = Math.max(0, present - SftpWriter.inDoubt());
        if (present > put.content().sizeBytes() || !goOnAt(kept)) {
            cut();
            goOnAt(0);
        }
        seal();
    }

    /// Sends an object that is made meanwhile. Its writer may take its time: only while the server
    /// is waited for does the time count. No more is in memory than the requests under way, 2 MiB.
    void stream(StreamedContent content) throws IOException {
        connection.step(
                put.operation(),
                put.cancellation(),
                (_, watch) -> {
                    watch.pause();
                    SftpWriter writer = new SftpWriter(connection.channel(), handle, 0, watch);
                    try {
                        content.sendTo(new SftpOutput(writer, watch));
                        watch.resume();
                        writer.finish();
                    } catch (IOException e) {
                        watch.resume();
                        drainAfter(e, writer);
                        throw e;
                    }
                    return true;
                });
        seal();
    }

    /// Syncs what was sent, proves its length and closes it.
    private void seal() throws IOException {
        step((files, _) -> {
            files.sync(handle);
            return true;
        });
        long stored = step((files, _) -> files.fstat(handle).size().orElse(-1));
        if (stored != put.content().sizeBytes()) {
            throw put.failure(
                    Kind.CORRUPT,
                    "the server took " + put.content().sizeBytes() + " bytes but has " + stored);
        }
        step((files, _) -> {
            files.close(handle);
            return true;
        });
    }

    private void cut() throws IOException {
        step((files, _) -> {
            files.truncate(handle, 0);
            return true;
        });
    }

    /// @return false, with nothing sent, if what is there is not the beginning of this content
    private boolean goOnAt(long kept) throws IOException {
        try (CheckedContent source =
                new CheckedContent(put.key(), put.content(), put.cancellation())) {
            if (!beginsAlike(source, kept)) {
                return false;
            }
            connection.step(
                    put.operation(),
                    put.cancellation(),
                    (_, watch) -> {
                        send(source, new SftpWriter(connection.channel(), handle, kept, watch));
                        return true;
                    });
            return true;
        }
    }

    private static void send(CheckedContent source, SftpWriter writer) throws IOException {
        try {
            byte[] block = new byte[BLOCK];
            for (int count = source.read(block); count >= 0; count = source.read(block)) {
                writer.write(block, 0, count);
            }
            writer.finish();
        } catch (IOException e) {
            drainAfter(e, writer);
            throw e;
        }
    }

    private static void drainAfter(IOException failure, SftpWriter writer) {
        try {
            writer.drain();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Reads the source up to where sending begins, comparing samples all along and the whole last
    /// block. The server cannot hash, and reading everything back would cost as much as sending it
    /// again.
    private boolean beginsAlike(CheckedContent source, long kept) throws IOException {
        long stride = Math.max(1, kept / SAMPLES);
        long nextSample = 0;
        byte[] mine = new byte[BLOCK];
        for (long at = 0; at < kept; ) {
            int count = source.readNBytes(mine, 0, (int) Math.min(BLOCK, kept - at));
            if (count == 0) {
                return false;
            }
            boolean isLast = at + count == kept;
            if (isLast || at >= nextSample) {
                int length = isLast ? count : Math.min(count, SAMPLE);
                if (!Arrays.equals(mine, 0, length, theirs(at, length), 0, length)) {
                    return false;
                }
                nextSample = at + stride;
            }
            at += count;
        }
        return true;
    }

    private byte[] theirs(long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (InputStream range =
                new SftpRange(
                        connection, handle, put.operation(), at, at + length, put.cancellation())) {
            range.readNBytes(bytes, 0, length);
        }
        return bytes;
    }

    private <R> R step(SftpConnection.Step<R> step) throws IOException {
        return connection.step(put.operation(), put.cancellation(), step);
    }
}
