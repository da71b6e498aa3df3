package dev.packhorse.engine.gzip;

/// In which form segments follow each other in a file. Whatever the form, each segment can be read
/// on its own when its place is known.
public sealed interface SegmentFormat {
    /// How many workers fill and pack, 1 to 64.
    int threads();

    /// Names everything that decides which bytes come out; segments may be taken over from a file
    /// only where it is the same.
    String identity();

    /// The bytes as they are.
    record Plain(int threads) implements SegmentFormat {
        /// Changes whenever the same files give other bytes than before.
        private static final int GENERATION = 3;

        public Plain {
            GzipSettings.requireThreads(threads);
        }

        @Override
        public String identity() {
            return "plain/" + GENERATION;
        }
    }

    /// A gzip file.
    record Gzip(GzipSettings settings) implements SegmentFormat {
        @Override
        public int threads() {
            return settings.threads();
        }

        @Override
        public String identity() {
            return settings.identity();
        }
    }
}
