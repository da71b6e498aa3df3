package dev.packhorse.engine.tree;

/// How a tree came about.
///
/// @param linkedFiles files taken over from the previous tree
/// @param linkedBytes their logical bytes
/// @param copiedFiles files that were read and written
/// @param copiedBytes bytes that were read
/// @param lostAttributes extended attributes that the backup disk did not take
/// @param lostBits members whose set-user-id and set-group-id bits may not be set here
public record TreeCounts(
        long linkedFiles,
        long linkedBytes,
        long copiedFiles,
        long copiedBytes,
        long lostAttributes,
        long lostBits) {
    static final TreeCounts NONE = new TreeCounts(0, 0, 0, 0, 0, 0);

    TreeCounts linked(long bytes) {
        return new TreeCounts(
                linkedFiles + 1,
                linkedBytes + bytes,
                copiedFiles,
                copiedBytes,
                lostAttributes,
                lostBits);
    }

    TreeCounts copied(long bytes) {
        return new TreeCounts(
                linkedFiles,
                linkedBytes,
                copiedFiles + 1,
                copiedBytes + bytes,
                lostAttributes,
                lostBits);
    }

    TreeCounts withLost(long attributes, long bits) {
        return new TreeCounts(linkedFiles, linkedBytes, copiedFiles, copiedBytes, attributes, bits);
    }
}
