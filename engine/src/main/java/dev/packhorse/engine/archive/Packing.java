package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.gzip.SegmentFormat;

/// The container of an archive.
public sealed interface Packing {
    /// The end of the archive file's name, as `.tar.gz`.
    String suffix();

    /// How its segments are packed.
    SegmentFormat format();

    /// A tar file as it is.
    ///
    /// @param threads how many workers read files, 1 to 64
    record Plain(int threads) implements Packing {
        /// With one worker.
        public Plain() {
            this(1);
        }

        @Override
        public String suffix() {
            return ".tar";
        }

        @Override
        public SegmentFormat format() {
            return new SegmentFormat.Plain(threads);
        }
    }

    /// A gzip file, of many members or of one.
    record Gzip(GzipSettings settings) implements Packing {
        @Override
        public String suffix() {
            return ".tar.gz";
        }

        @Override
        public SegmentFormat format() {
            return new SegmentFormat.Gzip(settings);
        }
    }
}
