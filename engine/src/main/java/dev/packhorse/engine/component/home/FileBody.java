package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The data regions of an open file, one after the other. A read error ends the content, so that
/// the rest is filled up and the archive stays whole; [#failure()] tells of it. One thread.
final class FileBody implements EntryBody {
    private final PosixFile file;
    private final Iterator<DataRegion> regions;
    private final SourceFile source;
    private final boolean complete;
    private final FileClock clock;
    private final Cancellation cancellation;
    private long offset;
    private long left;
    private @Nullable PosixException failure;

    /// @param source the file as it was when it was opened
    /// @param complete whether its entry says all of it
    FileBody(
            PosixFile file,
            SourceFile source,
            boolean complete,
            List<DataRegion> regions,
            FileClock clock,
            Cancellation cancellation) {
        this.file = file;
        this.source = source;
        this.complete = complete;
        this.clock = clock;
        this.regions = regions.iterator();
        this.cancellation = cancellation;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        cancellation.check();
        while (left == 0) {
            if (!regions.hasNext()) {
                return -1;
            }
            DataRegion region = regions.next();
            offset = region.offset();
            left = region.length();
        }
        int limit = target.limit();
        target.limit(target.position() + (int) Math.min(left, target.remaining()));
        try {
            int count = file.readAt(target, offset);
            if (count > 0) {
                offset += count;
                left -= count;
            }
            return count > 0 ? count : -1;
        } catch (PosixException e) {
            failure = e;
            return -1;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public Optional<SourceFile> unchangedSource() throws IOException {
        boolean same =
                failure == null
                        && complete
                        && clock.isSettled(source.stat())
                        && FileClock.isSame(source.stat(), file.stat());
        return same ? Optional.of(source) : Optional.empty();
    }

    /// The read error that ended the content early, null if there was none.
    @Nullable PosixException failure() {
        return failure;
    }
}
