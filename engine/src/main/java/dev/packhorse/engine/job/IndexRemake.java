package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.archive.IndexRebuild;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.ArchiveForm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Makes the index of an archive in the backup directory anew, from the archive. Index and manifest
/// are replaced whole or not at all. One thread.
public final class IndexRemake {
    private final BackupDirectory directory;
    private final ManifestMac mac;

    public IndexRemake(BackupDirectory directory, ManifestMac mac) {
        this.directory = directory;
        this.mac = mac;
    }

    /// Reads an archive once and puts its index beside it.
    ///
    /// @throws ArchiveException if it cannot be read at random, is damaged, or is not what its
    ///   manifest says, or the manifest is not this server's own; then nothing is changed
    public void run(KeptArchive archive) throws IOException {
        Path file = directory.place(archive.key());
        if (archive.form() == ArchiveForm.INCREMENTAL) {
            throw new ArchiveException(Kind.ABSENT, file + " is a tree, which needs no index");
        }
        Path target = directory.place(BackupDirectory.indexKey(archive.key()));
        Path folder = Objects.requireNonNull(target.getParent(), "lies below the root");
        directory.makeFolders(folder);
        Path temporary = folder.resolve(BackupDirectory.PARTIAL + target.getFileName());
        try {
            IndexRebuild.Rebuilt rebuilt = rebuild(file, temporary);
            Path manifestFile = directory.place(BackupDirectory.manifestKey(archive.key()));
            boolean sealed = Files.isRegularFile(manifestFile, LinkOption.NOFOLLOW_LINKS);
            byte[] manifest = sealed ? resealed(manifestFile, target, rebuilt) : new byte[0];
            BackupDirectory.publish(temporary, target);
            if (sealed) {
                directory.writeFile(manifestFile, manifest);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static IndexRebuild.Rebuilt rebuild(Path file, Path temporary) throws IOException {
        Files.deleteIfExists(temporary);
        try (FileChannel archive =
                        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel index =
                        FileChannel.open(
                                temporary,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                BackupDirectory.FILE_MODE)) {
            IndexRebuild.Rebuilt rebuilt = IndexRebuild.of(RangeSource.of(archive), index);
            index.force(true);
            return rebuilt;
        } catch (ArchiveException e) {
            throw new ArchiveException(e.kind(), file + ": " + e.getMessage(), e);
        }
    }

    private byte[] resealed(Path manifestFile, Path target, IndexRebuild.Rebuilt rebuilt)
            throws IOException {
        SealedManifest sealed = ManifestJson.read(Files.readAllBytes(manifestFile));
        if (!mac.proves(sealed)) {
            throw new ArchiveException(
                    Kind.DAMAGED,
                    manifestFile + " is not this server's own: it cannot name another index");
        }
        Manifest old = sealed.manifest();
        if (!old.archive().sha256().equals(rebuilt.archiveSha256())) {
            throw new ArchiveException(
                    Kind.DAMAGED, manifestFile + ": the archive is not the one that it names");
        }
        String name = String.valueOf(target.getFileName());
        List<Manifest.ArchiveFile> beside = new ArrayList<>(old.beside());
        beside.removeIf(each -> each.name().equals(name));
        beside.add(
                new Manifest.ArchiveFile(
                        name, rebuilt.index().sizeBytes(), rebuilt.index().sha256()));
        return ManifestJson.write(
                mac.seal(
                        new Manifest(
                                old.format(),
                                old.account(),
                                old.created(),
                                old.node(),
                                old.archive(),
                                beside,
                                old.totals(),
                                old.components(),
                                old.label())));
    }
}
