package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.FolderSwap;
import dev.packhorse.engine.tree.TreeLeftovers;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rebuilds the catalog's rows of the backup directory from what lies there: the archives and their
/// manifests. An archive without a manifest of its size is read once for its digest. Also removes
/// what dead runs left under way.
public final class BackupDirectoryScan {
    private static final Pattern ARCHIVE =
            Pattern.compile("([a-z][a-z0-9_-]{0,31})(|\\.tar|\\.tar\\.gz)");
    private static final int BATCH = 500;

    private final ServerBackups backups;
    private final Catalog catalog;
    private final InstantSource clock;
    private final String node;

    public BackupDirectoryScan(
            ServerBackups backups, Catalog catalog, InstantSource clock, String node) {
        this.backups = backups;
        this.catalog = catalog;
        this.clock = clock;
        this.node = node;
    }

    /// Adds what is there and is not in the catalog.
    ///
    /// @return how many points are new
    /// @throws IOException if the directory cannot be read
    public synchronized int rebuild() throws IOException {
        BackupDirectory directory = backups.directory();
        int added = 0;
        for (Tier tier : Tier.values()) {
            for (Path dated : folders(directory.root().resolve(tier.folder()))) {
                Optional<SlotName> slot = slot(dated);
                if (slot.isPresent()) {
                    added += adopt(directory, tier, slot.get(), dated.resolve("accounts"));
                }
            }
        }
        return added;
    }

    /// Removes archives under way that no running job owns, and puts back what was set aside for
    /// one that did not come; called at start, before any job runs.
    public void removePartials() throws IOException {
        BackupDirectory directory = backups.directory();
        for (Tier tier : Tier.values()) {
            for (Path dated : folders(directory.root().resolve(tier.folder()))) {
                removePartials(dated);
                removePartials(dated.resolve("accounts"));
                FolderSwap.putAllBack(dated);
                FolderSwap.putAllBack(dated.resolve("accounts"));
                removePartials(dated.resolve("accounts").resolve(".packhorse"));
            }
        }
    }

    private static void removePartials(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> partials =
                Files.newDirectoryStream(folder, BackupDirectory.PARTIAL + "*")) {
            for (Path partial : partials) {
                TreeLeftovers.remove(partial);
            }
        }
    }

    private static List<Path> folders(Path parent) throws IOException {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(entry);
                }
            }
        }
        return folders.stream().sorted().toList();
    }

    private static Optional<SlotName> slot(Path folder) {
        return SlotName.find(String.valueOf(folder.getFileName()));
    }

    private int adopt(BackupDirectory directory, Tier tier, SlotName slot, Path accounts)
            throws IOException {
        int added = 0;
        List<RestorePoint> batch = new ArrayList<>();
        if (!Files.isDirectory(accounts, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(accounts)) {
            for (Path entry : entries) {
                point(directory, tier, slot, entry).ifPresent(batch::add);
                if (batch.size() == BATCH) {
                    added += catalog.adopt(batch);
                    batch.clear();
                }
            }
        }
        return batch.isEmpty() ? added : added + catalog.adopt(batch);
    }

    private Optional<RestorePoint> point(
            BackupDirectory directory, Tier tier, SlotName slot, Path archive) throws IOException {
        Matcher name = ARCHIVE.matcher(String.valueOf(archive.getFileName()));
        if (!name.matches() || !AccountName.isValid(name.group(1))) {
            return Optional.empty();
        }
        AccountName account = new AccountName(name.group(1));
        ObjectKey key = BackupDirectory.archiveKey(tier, slot, account, name.group(2));
        if (name.group(2).isEmpty()) {
            return tree(directory, tier, slot, key);
        }
        if (!Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        long size = Files.size(archive);
        Optional<Manifest> manifest =
                manifest(directory.place(BackupDirectory.manifestKey(key)), size);
        return Optional.of(
                new RestorePoint(
                        account,
                        DestinationId.LOCAL,
                        tier,
                        slot.date(),
                        key,
                        size,
                        manifest.isPresent()
                                ? manifest.get().archive().sha256()
                                : Sha256.of(archive),
                        manifest.map(Manifest::created).orElse(clock.instant()),
                        manifest.map(Manifest::node).orElse(node),
                        manifest.map(Manifest::label).orElse("")));
    }

    /// The point of a tree, if it has a manifest: without one nobody knows whether a folder is
    /// whole.
    private static Optional<RestorePoint> tree(
            BackupDirectory directory, Tier tier, SlotName slot, ObjectKey key) throws IOException {
        if (!Files.isDirectory(directory.place(key), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return manifest(directory.place(BackupDirectory.manifestKey(key)))
                .filter(manifest -> manifest.archive().name().equals(key.name()))
                .filter(manifest -> manifest.account().value().equals(key.name()))
                .map(manifest ->
                        new RestorePoint(
                                manifest.account(),
                                DestinationId.LOCAL,
                                tier,
                                slot.date(),
                                key,
                                manifest.archive().sizeBytes(),
                                manifest.archive().sha256(),
                                manifest.created(),
                                manifest.node(),
                                manifest.label()));
    }

    /// The manifest, if it tells of a file of this size; a restore checks digest and MAC.
    private static Optional<Manifest> manifest(Path file, long size) throws IOException {
        return manifest(file).filter(manifest -> manifest.archive().sizeBytes() == size);
    }

    /// The manifest, if it is readable.
    private static Optional<Manifest> manifest(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ManifestJson.read(Files.readAllBytes(file)).manifest());
        } catch (ArchiveException _) {
            return Optional.empty();
        }
    }
}
