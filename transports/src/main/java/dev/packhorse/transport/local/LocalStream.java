package dev.packhorse.transport.local;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ContentWriter;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// One put of an object that is made meanwhile, straight into its temporary file. Nothing is kept
/// in memory. What a killed process left is found by its journal.
final class LocalStream {
    private final Path root;
    private final ObjectKey key;
    private final UploadJournal journal;
    private final HardLinks links;

    LocalStream(Path root, ObjectKey key, UploadJournal journal, HardLinks links) {
        this.root = root;
        this.key = key;
        this.journal = journal;
        this.links = links;
    }

    /// Returns the digest of what was written.
    String run(ContentWriter writer, PutMode mode, Cancellation cancellation) throws IOException {
        StreamedContent content = new StreamedContent(writer, cancellation);
        new LocalJournal(root, key, journal)
                .run(
                        new LocalUpload(root, key, links),
                        file -> content.sendTo(new FileOutput(file)),
                        mode);
        return content.sha256();
    }

    private static final class FileOutput extends OutputStream {
        private final FileChannel file;

        FileOutput(FileChannel file) {
            this.file = file;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            LocalUpload.writeAll(file, ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
