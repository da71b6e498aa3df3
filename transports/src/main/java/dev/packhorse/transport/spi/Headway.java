package dev.packhorse.transport.spi;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How far the tries to store one content came, so that a try that got on is told from one that
/// failed where the one before did. A driver that goes on with an upload reads the content from its
/// first byte, too, to check it: so the furthest byte that any try read tells what arrived, but for
/// what was read ahead, which counts once. One that has a file sent by a program tells how far that
/// came, see [Content#sent]. Where the driver cannot go on, this tells nothing of use. Safe for
/// many threads.
public final class Headway {
    private static final long LEAST_STEP = 1L << 20;
    private static final long LONGEST_STEP = 64L << 20;

    private final long step;
    private long furthest;
    private long counted;
    private boolean told;

    /// Nothing was read yet. A step is a hundredth of the content, but at least 1 MiB and at most
    /// 64 MiB.
    public Headway(long sizeBytes) {
        this.step = Math.clamp(sizeBytes / 100, LEAST_STEP, LONGEST_STEP);
    }

    /// The content, whose reading counts here.
    public Content watch(Content content) {
        return new Watched(content);
    }

    /// Whether a step more was read than at any time before, since this said so last.
    public synchronized boolean gotOn() {
        if (furthest - counted < step) {
            return false;
        }
        counted = furthest;
        return true;
    }

    /// Bytes of what was stored were proven, beyond those that are here: the proof gets on, too.
    ///
    /// @param content of the upload; if nobody watches it, nothing happens
    public static void proven(Content content, long bytes) {
        if (content instanceof Watched watched) {
            watched.provenTo(content.sizeBytes() + bytes);
        }
    }

    private synchronized void reached(long offset) {
        furthest = Math.max(furthest, offset);
    }

    /// Where it is told how much is sent, reading is not sending.
    private synchronized void readTo(long offset) {
        if (!told) {
            reached(offset);
        }
    }

    private synchronized void sentTo(long offset) {
        told = true;
        reached(offset);
    }

    private final class Watched implements Content {
        private final Content content;

        Watched(Content content) {
            this.content = content;
        }

        @Override
        public long sizeBytes() {
            return content.sizeBytes();
        }

        private void provenTo(long offset) {
            reached(offset);
        }

        @Override
        public String sha256() {
            return content.sha256();
        }

        @Override
        public InputStream open() throws IOException {
            return new Counted(content.open());
        }

        @Override
        public Optional<Path> localFile() {
            return content.localFile();
        }

        @Override
        public long bytesPerSecond() {
            return content.bytesPerSecond();
        }

        @Override
        public List<AlikeRange> alike() {
            return content.alike();
        }

        @Override
        public void sent(long bytes) {
            sentTo(bytes);
            content.sent(bytes);
        }
    }

    private final class Counted extends FilterInputStream {
        private long offset;

        Counted(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            if (one >= 0) {
                pass(1);
            }
            return one;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            int count = in.read(target, from, length);
            if (count > 0) {
                pass(count);
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(count);
            pass(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void pass(long count) {
            offset += count;
            readTo(offset);
        }
    }
}
