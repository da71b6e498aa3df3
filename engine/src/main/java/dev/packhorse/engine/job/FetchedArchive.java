package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An archive within reach, which nobody but root can change any more.
///
/// @param file where it lies
/// @param sizeBytes the size that the archive is known by: of a tree the sum of its files
/// @param manifest the manifest that proves it to be this server's own, empty if there is none
/// @param sha256 the digest that the file must have, if that is known before it is read
/// @param trust how far it is believed
/// @param leftOut what was left out when it was fetched, and why
record FetchedArchive(
        Path file,
        long sizeBytes,
        Optional<Manifest> manifest,
        Optional<String> sha256,
        ArchiveTrust trust,
        List<String> leftOut) {
    FetchedArchive {
        leftOut = List.copyOf(leftOut);
    }
}
