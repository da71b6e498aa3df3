package dev.packhorse.engine.archive;

/// How far an archive is believed. The rules that keep a restore inside its bounds hold for all;
/// they differ in what becomes of members that are odd but harmless.
public enum ArchiveTrust {
    /// This server made it, which its MAC proves: links come back as they were, wherever they
    /// point.
    PROVEN,
    /// Root vouches for it: odd members are left out and listed.
    VOUCHED,
    /// Nobody vouches for it: an odd member condemns the archive.
    RESTRICTED
}
