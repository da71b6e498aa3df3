package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.transport.spi.TreeMark;
import java.util.Optional;

/// An archive, or what may be the mark of a tree, that a destination has.
///
/// @param sizeBytes that of the object, which of a tree says nothing
/// @param mark what the place tells of the tree; empty if it is none, or was not asked for
record FarFound(ArchiveKey key, long sizeBytes, Optional<TreeMark> mark) {
    /// An object that is listed.
    static FarFound listed(ArchiveKey key, long sizeBytes) {
        return new FarFound(key, sizeBytes, Optional.empty());
    }

    FarFound with(Optional<TreeMark> told) {
        return new FarFound(key, sizeBytes, told);
    }

    boolean isTree() {
        return ArchiveForm.of(key.key().name()) == ArchiveForm.INCREMENTAL;
    }

    /// Whether it may be what a manifest is of.
    boolean fits(Manifest manifest) {
        return manifest.account().equals(key.account())
                && manifest.archive().name().equals(key.key().name())
                && isOf(manifest.archive().sizeBytes(), manifest.archive().sha256());
    }

    /// Whether it may be that of a restore point at this destination.
    boolean fits(RestorePoint point) {
        return point.archive().equals(key.key()) && isOf(point.sizeBytes(), point.sha256());
    }

    private boolean isOf(long bytes, String sha256) {
        return isTree()
                ? mark.filter(told -> told.speaksOf(sha256)).isPresent()
                : bytes == sizeBytes;
    }
}
