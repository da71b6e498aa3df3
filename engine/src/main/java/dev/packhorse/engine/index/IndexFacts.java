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
        boolean provesHeaders) {
    /// What a gzip member begins with.
    ///
    /// Source: RFC 1952 section 2.3, no optional fields.
    private static final int MEMBER_HEADER_BYTES = 10;

    /// Whether all segments are pieces of one gzip member.
    public boolean isOneMember() {
        return format.contains("/single-member/");
    }

    /// Where the first segment begins in the archive file; the others follow each other.
    public long firstSegment() {
        return isOneMember() ? MEMBER_HEADER_BYTES : 0;
    }
}
