package dev.packhorse.engine.archive;

import dev.packhorse.engine.index.IndexEntry;

/// How much an archive holds.
///
/// @param files regular files, hard links not counted
/// @param folders folders, the top one included
/// @param links symbolic and hard links
/// @param unpackedBytes logical bytes of all regular files
public record ArchiveTotals(long files, long folders, long links, long unpackedBytes) {
    public static final ArchiveTotals NONE = new ArchiveTotals(0, 0, 0, 0);

    /// These and one more member.
    ArchiveTotals plus(IndexEntry entry) {
        return switch (entry.kind()) {
            case FILE -> new ArchiveTotals(files + 1, folders, links, sum(entry.sizeBytes()));
            case FOLDER -> new ArchiveTotals(files, folders + 1, links, unpackedBytes);
            case SYMLINK, HARD_LINK -> new ArchiveTotals(files, folders, links + 1, unpackedBytes);
        };
    }

    /// These and one more member.
    public ArchiveTotals plus(ArchiveEntry entry) {
        return switch (entry) {
            case ArchiveEntry.RegularFile file ->
                    new ArchiveTotals(files + 1, folders, links, sum(file.sizeBytes()));
            case ArchiveEntry.Folder _ ->
                    new ArchiveTotals(files, folders + 1, links, unpackedBytes);
            case ArchiveEntry.SymbolicLink _, ArchiveEntry.HardLink _ ->
                    new ArchiveTotals(files, folders, links + 1, unpackedBytes);
        };
    }

    /// These and one more member of a tar stream.
    ArchiveTotals plus(TarMember member) {
        return switch (member.type()) {
            case FILE -> new ArchiveTotals(files + 1, folders, links, sum(member.sizeBytes()));
            case FOLDER -> new ArchiveTotals(files, folders + 1, links, unpackedBytes);
            case SYMLINK, HARD_LINK -> new ArchiveTotals(files, folders, links + 1, unpackedBytes);
            case FIFO, DEVICE -> this;
        };
    }

    /// Files with holes may say that they have more bytes than a number holds.
    private long sum(long more) {
        return more > Long.MAX_VALUE - unpackedBytes ? Long.MAX_VALUE : unpackedBytes + more;
    }
}
