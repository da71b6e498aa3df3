package dev.packhorse.engine.whm;

import java.util.concurrent.atomic.AtomicLong;

/// What the answers of all batches may take of the memory at one time: while they run, and until
/// the client has read them, which may be slow. Nobody waits for it: a batch that would take more
/// ends where it is. Safe for many threads.
public final class BatchMemory {
    /// What a byte of an answer's text takes as a tree and then as the text, at most about.
    private static final long BYTES_PER_BYTE = 6;

    /// Answers up to this length are not counted: whatever others hold, a small batch is carried
    /// out, and as many as there may be connections are no danger.
    private static final long FREE = 32 * 1024;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    BatchMemory(long most) {
        this.most = most;
    }

    /// A third of what this process may have at most.
    static BatchMemory usual() {
        return new BatchMemory(Runtime.getRuntime().maxMemory() / 3);
    }

    /// What one call takes, nothing yet.
    public Share share() {
        return new Share();
    }

    /// How much all shares have. For tests.
    long taken() {
        return taken.get();
    }

    /// What one call has taken, until it is closed. For one thread.
    public final class Share implements AutoCloseable {
        private long answers;
        private long held;

        private Share() {}

        /// Counts one more answer, which is there already.
        ///
        /// @param length of its text
        /// @return whether the batch may go on
        boolean add(long length) {
            answers += length;
            hold(Math.max(0, answers - FREE) * BYTES_PER_BYTE);
            return held == 0 || taken.get() <= most;
        }

        /// Whether the answers are so long that they must not be kept as a tree while they are
        /// read.
        public boolean isLong() {
            return held > 0;
        }

        /// About how many bytes the answer's text has.
        public int length() {
            return Math.toIntExact(Math.min(answers, Integer.MAX_VALUE / 2));
        }

        /// The tree is gone, and only the text of the answer is left.
        public void keepText(long length) {
            hold(length);
        }

        private void hold(long bytes) {
            taken.addAndGet(bytes - held);
            held = bytes;
        }

        @Override
        public void close() {
            hold(0);
        }
    }
}
