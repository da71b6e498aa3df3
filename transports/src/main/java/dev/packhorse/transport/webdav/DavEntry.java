package dev.packhorse.transport.webdav;

import java.time.Instant;
import java.util.Optional;

/// What a server says of one path.
///
/// @param sizeBytes negative where it says none
/// @param freeBytes what the quota leaves, negative where none is told
/// @param usedBytes what the quota counts, negative where none is told
record DavEntry(
        String path,
        boolean folder,
        long sizeBytes,
        Optional<Instant> modified,
        long freeBytes,
        long usedBytes) {}
