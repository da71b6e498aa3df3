package dev.packhorse.engine.index;

/// What an index says of the archive as a whole.
///
/// @param format how its segments are packed, as [dev.packhorse.engine.gzip.SegmentFormat#identity]
/// @param topFolder the first component of every member's name
/// @param archiveBytes size of the archive file
/// @param archiveSha256 digest of the archive file, lower-case hex
/// @param entries how many entries are listed
/// @param provesHeaders whether an entry without [IndexEntry#proof] is one whose headers say
///   nothing more; indexes that earlier versions made have no proofs
public record IndexFacts(
        String format,
        String topFolder,
        long archiveBytes,
        String archiveSha256,
        long entries,
        boolean provesHeaders) {}
