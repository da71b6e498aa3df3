package dev.packhorse.engine.archive;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;

/// How much an archive may ask of its reader. Each is checked before the bytes in question are
/// written or kept; what goes beyond is refused as [ArchiveException.Kind#LIMIT].
///
/// @param entries members in all
/// @param totalBytes logical bytes of all regular files, holes included
/// @param entryBytes logical bytes of one regular file
/// @param metadataEntries members outside the home directory
/// @param depth components of a member's name
/// @param componentBytes bytes of one component
/// @param pathBytes bytes of a member's name below the top folder
/// @param linkBytes bytes of a link's target
/// @param longNameBytes bytes of a GNU long name
/// @param paxBytes bytes of one PAX header
/// @param paxRecords records of one PAX header
/// @param sparsePieces data regions of one file
/// @param ratio unpacked bytes for each packed byte, once more than `ratioFreeBytes` are unpacked
/// @param ratioFreeBytes unpacked bytes for which the ratio does not count
public record ArchiveLimits(
        long entries,
        long totalBytes,
        long entryBytes,
        long metadataEntries,
        int depth,
        int componentBytes,
        int pathBytes,
        int linkBytes,
        int longNameBytes,
        int paxBytes,
        int paxRecords,
        int sparsePieces,
        long ratio,
        long ratioFreeBytes) {
    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;

    /// For archives of unknown origin.
    public static final ArchiveLimits DEFAULTS =
            new ArchiveLimits(
                    4_000_000,
                    4 * TIB,
                    TIB,
                    250_000,
                    256,
                    ByteName.MAX_BYTES,
                    BytePath.MAX_BYTES,
                    BytePath.MAX_BYTES,
                    64 * 1024,
                    EntryHeaders.MAX_PAX_BYTES,
                    1_000,
                    SparseMap.MOST_REGIONS,
                    200,
                    64 * MIB);

    /// For archives that this server is known to have made: whatever it packed must come back, a
    /// customer's terabytes of zeros and files with a thousand attributes, too. What stays bounds
    /// what is held in memory, and the packer keeps to it.
    public static final ArchiveLimits OWN =
            new ArchiveLimits(
                    11_000_000,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    DEFAULTS.depth,
                    DEFAULTS.componentBytes,
                    DEFAULTS.pathBytes,
                    DEFAULTS.linkBytes,
                    DEFAULTS.longNameBytes,
                    DEFAULTS.paxBytes,
                    1_000_000,
                    DEFAULTS.sparsePieces,
                    Long.MAX_VALUE,
                    DEFAULTS.ratioFreeBytes);

    public ArchiveLimits {
        requirePositive(entries, "entries");
        requirePositive(totalBytes, "totalBytes");
        requirePositive(entryBytes, "entryBytes");
        requirePositive(metadataEntries, "metadataEntries");
        requirePositive(depth, "depth");
        requirePositive(componentBytes, "componentBytes");
        requirePositive(pathBytes, "pathBytes");
        requirePositive(linkBytes, "linkBytes");
        requirePositive(longNameBytes, "longNameBytes");
        requirePositive(paxBytes, "paxBytes");
        requirePositive(paxRecords, "paxRecords");
        requirePositive(sparsePieces, "sparsePieces");
        requirePositive(ratio, "ratio");
        requirePositive(ratioFreeBytes, "ratioFreeBytes");
        if (componentBytes > ByteName.MAX_BYTES || pathBytes > BytePath.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "archive limits of names must not exceed those of the system");
        }
    }

    /// The same with another bound of the logical bytes in all, such as an account's quota.
    public ArchiveLimits withTotalBytes(long most) {
        return new ArchiveLimits(
                entries,
                most,
                entryBytes,
                metadataEntries,
                depth,
                componentBytes,
                pathBytes,
                linkBytes,
                longNameBytes,
                paxBytes,
                paxRecords,
                sparsePieces,
                ratio,
                ratioFreeBytes);
    }

    /// The same with another number of members in all.
    public ArchiveLimits withEntries(long most) {
        return new ArchiveLimits(
                most,
                totalBytes,
                entryBytes,
                metadataEntries,
                depth,
                componentBytes,
                pathBytes,
                linkBytes,
                longNameBytes,
                paxBytes,
                paxRecords,
                sparsePieces,
                ratio,
                ratioFreeBytes);
    }

    /// The same with another ratio.
    public ArchiveLimits withRatio(long most) {
        return new ArchiveLimits(
                entries,
                totalBytes,
                entryBytes,
                metadataEntries,
                depth,
                componentBytes,
                pathBytes,
                linkBytes,
                longNameBytes,
                paxBytes,
                paxRecords,
                sparsePieces,
                most,
                ratioFreeBytes);
    }

    private static void requirePositive(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException("archive limit " + name + " must be positive");
        }
    }
}
