package dev.packhorse.engine.archive;

import dev.packhorse.engine.gzip.DamagedSourceException;
import dev.packhorse.engine.gzip.StoredRange;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexEntry;
import dev.packhorse.engine.index.IndexedSegment;
import dev.packhorse.engine.index.SegmentKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// An earlier archive of an account, from which segments may be taken over into a new one. Some are
/// read again all the same, chosen anew each time, so that a file that changes without the kernel's
/// knowledge comes to light. Looking for keys is safe for many threads, entries are for one.
public final class EarlierArchive {
    private static final long ONE_IN = 128;

    private final FileChannel file;
    private final ArchiveIndex index;
    private final long salt = new SecureRandom().nextLong();

    /// @param file the archive; stays the caller's, and open as long as this is used
    /// @param index what lies where in it; must belong to exactly this file
    public EarlierArchive(FileChannel file, ArchiveIndex index) {
        this.file = file;
        this.index = index;
    }

    /// Whether segments of it may stand in an archive that is packed so. From an index without
    /// proofs of headers nothing is taken over, since the new one has to have them all.
    public boolean fits(Packing packing, String topFolder) {
        return index.facts().format().equals(packing.format().identity())
                && index.facts().topFolder().equals(topFolder)
                && index.facts().provesHeaders();
    }

    /// The number of the segment with that key, -1 if there is none.
    int segment(SegmentKey key) {
        return index.segment(key);
    }

    Optional<ArchiveIndex.FileSegments> file(SegmentKey key) {
        return index.file(key);
    }

    /// Whether what has this key is read again.
    boolean isSampled(SegmentKey key) {
        return Long.remainderUnsigned(key.low() ^ salt, ONE_IN) == 0;
    }

    StoredRange range(int number) {
        IndexedSegment segment = index.segment(number);
        return new StoredRange(
                file,
                segment.offset(),
                segment.packedBytes(),
                segment.rawBytes(),
                segment.crc32c());
    }

    Optional<SegmentKey> key(int number) {
        return index.segment(number).key();
    }

    /// @throws DamagedSourceException if the index does not tell them
    List<IndexEntry> entries(int number) throws IOException {
        try {
            return index.entriesOf(number);
        } catch (IOException e) {
            throw new DamagedSourceException(
                    "the earlier archive's index cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
