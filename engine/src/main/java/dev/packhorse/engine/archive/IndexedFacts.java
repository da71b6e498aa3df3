package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.index.IndexEntry;

/// Compares the headers of a member with what the index says of it. The content has a digest of its
/// own.
final class IndexedFacts {
    private IndexedFacts() {}

    /// @throws ArchiveException DAMAGED if they differ
    static void requireSame(TarMember member, IndexEntry entry) throws ArchiveException {
        Attributes found = member.attributes();
        boolean same =
                member.type() == type(entry.kind())
                        && member.sizeBytes() == entry.sizeBytes()
                        && found.mode() == entry.mode()
                        && found.uid() == entry.uid()
                        && found.gid() == entry.gid()
                        && found.mtimeSeconds() == entry.mtimeSeconds()
                        && found.mtimeNanos() == entry.mtimeNanos();
        if (!same) {
            throw new ArchiveException(
                    Kind.DAMAGED,
                    entry.path()
                            + ": its kind, size, owner, mode or time are not those that the index has");
        }
    }

    /// Compares what the columns do not hold.
    ///
    /// @throws ArchiveException DAMAGED if it differs
    static void requireProven(ArchiveEntry found, IndexEntry entry) throws ArchiveException {
        if (!HeaderProof.of(found).equals(entry.proof())) {
            throw new ArchiveException(
                    Kind.DAMAGED,
                    entry.path()
                            + ": its link target, extended attributes or holes are not those that the index has");
        }
    }

    private static TarType type(EntryKind kind) {
        return switch (kind) {
            case FILE -> TarType.FILE;
            case FOLDER -> TarType.FOLDER;
            case SYMLINK -> TarType.SYMLINK;
            case HARD_LINK -> TarType.HARD_LINK;
        };
    }
}
