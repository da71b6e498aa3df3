package dev.packhorse.engine.job;

import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.posix.BytePath;

/// One line of a listing.
///
/// @param path below the archive's top folder
/// @param sizeBytes logical size of a file, else 0
public record ListedEntry(
        BytePath path,
        EntryKind kind,
        int mode,
        int uid,
        int gid,
        long sizeBytes,
        long mtimeSeconds,
        int mtimeNanos) {}
