package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.BlockOutput;
import dev.packhorse.engine.gzip.GzipOutput;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.gzip.PlainOutput;
import java.nio.channels.WritableByteChannel;

/// The container of an archive.
public sealed interface Packing {
    /// The end of the archive file's name, as `.tar.gz`.
    String suffix();

    /// The packer in front of a channel; to be closed, the channel stays open.
    BlockOutput open(WritableByteChannel target);

    /// A tar file as it is.
    record Plain() implements Packing {
        @Override
        public String suffix() {
            return ".tar";
        }

        @Override
        public BlockOutput open(WritableByteChannel target) {
            return new PlainOutput(target);
        }
    }

    /// A gzip file of many members.
    record Gzip(GzipSettings settings) implements Packing {
        @Override
        public String suffix() {
            return ".tar.gz";
        }

        @Override
        public BlockOutput open(WritableByteChannel target) {
            return GzipOutput.start(target, settings);
        }
    }
}
