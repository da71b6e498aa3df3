package dev.packhorse.engine.posix;

/// What the kernel says of a directory entry, without following links.
///
/// @param mode the permission bits with setuid, setgid and sticky (07777)
/// @param sizeBytes the logical size
/// @param allocatedBytes the space in use, smaller than the size for a file with holes
/// @param links the number of hard links
public record FileStat(
        FileType type,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long allocatedBytes,
        long mtimeSeconds,
        int mtimeNanos,
        long ctimeSeconds,
        int ctimeNanos,
        long inode,
        long device,
        int links) {}
