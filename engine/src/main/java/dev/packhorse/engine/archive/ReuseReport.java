package dev.packhorse.engine.archive;

/// How much of an archive was taken over from an earlier one.
///
/// @param takenBytes packed bytes that were copied
/// @param takenSegments in how many segments
/// @param provenSegments how many were read again and found to be the same
/// @param disprovenSegments how many were read again and found to differ: their files changed
///   without a trace
public record ReuseReport(
        long takenBytes, long takenSegments, long provenSegments, long disprovenSegments) {
    static final ReuseReport NONE = new ReuseReport(0, 0, 0, 0);

    ReuseReport taken(long bytes) {
        return new ReuseReport(
                takenBytes + bytes, takenSegments + 1, provenSegments, disprovenSegments);
    }

    ReuseReport proven(boolean same) {
        return new ReuseReport(
                takenBytes,
                takenSegments,
                provenSegments + (same ? 1 : 0),
                disprovenSegments + (same ? 0 : 1));
    }
}
