package dev.packhorse.engine.archive;

/// Which members come without a folder above them having come: their number in the stream, and how
/// many folders of their path had. One thread.
final class ImpliedFolders {
    private static final int DEPTH_BITS = 13;
    private static final long DEPTH_MASK = (1L << DEPTH_BITS) - 1;

    private final LongList entries = new LongList();

    void add(long ordinal, int foldersThere) {
        entries.add((ordinal << DEPTH_BITS) | foldersThere);
    }

    /// How many folders of a member's path came before it, -1 if none is missing.
    int foldersThere(long ordinal) {
        long entry = entries.atLeast(ordinal << DEPTH_BITS);
        return (entry >>> DEPTH_BITS) == ordinal ? (int) (entry & DEPTH_MASK) : -1;
    }
}
