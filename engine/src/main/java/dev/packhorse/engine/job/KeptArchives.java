package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks for the archives of accounts in the backup directory itself, without daemon or catalog.
/// Writes nothing. Safe for many threads.
public final class KeptArchives {
    private static final List<String> SUFFIXES = List.of(".tar.gz", ".tar", "");

    private final BackupDirectory directory;

    public KeptArchives(BackupDirectory directory) {
        this.directory = directory;
    }

    /// Those of the directory that the server's backup configuration names.
    ///
    /// @throws IOException if the configuration is damaged or names no usable folder
    public static KeptArchives of(HostRoot root) throws IOException {
        BackupConfigFile file = new BackupConfigFile(root.resolve(BackupConfigFile.HOST_PATH));
        return new KeptArchives(new ServerBackups(root, file).directory());
    }

    /// Where the archives lie.
    public BackupDirectory directory() {
        return directory;
    }

    /// All of an account, the newest first.
    ///
    /// @throws ArchiveException ABSENT if there are none
    public List<KeptArchive> list(AccountName account) throws IOException {
        List<KeptArchive> all = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            for (SlotName slot : directory.slots(tier)) {
                all.addAll(on(tier, slot, account));
            }
        }
        if (all.isEmpty()) {
            throw new ArchiveException(
                    Kind.ABSENT,
                    "there is no restore point of " + account + " in " + directory.root());
        }
        all.sort(KeptArchive.NEWEST_FIRST);
        return all;
    }

    /// The one of a date.
    ///
    /// @param when as [KeptArchive#when()]
    /// @throws ArchiveException ABSENT if there is none
    public KeptArchive find(AccountName account, String when) throws IOException {
        List<KeptArchive> all = list(account);
        return all.stream()
                .filter(each -> each.when().equals(when))
                .findFirst()
                .orElseThrow(() ->
                        new ArchiveException(
                                Kind.ABSENT,
                                "there is no restore point of "
                                        + account
                                        + " on “"
                                        + when
                                        + "”; the newest is "
                                        + all.getFirst().when()
                                        + ", packhorse ls "
                                        + account
                                        + " lists all"));
    }

    /// The manifest beside an archive, empty if there is none.
    ///
    /// @throws ArchiveException if it cannot be understood
    Optional<Manifest> manifest(ObjectKey key) throws IOException {
        Path file = directory.place(BackupDirectory.manifestKey(key));
        return isFile(file)
                ? Optional.of(ManifestJson.read(Files.readAllBytes(file)).manifest())
                : Optional.empty();
    }

    private List<KeptArchive> on(Tier tier, SlotName slot, AccountName account) throws IOException {
        List<KeptArchive> found = new ArrayList<>();
        for (String suffix : SUFFIXES) {
            ObjectKey key = BackupDirectory.archiveKey(tier, slot, account, suffix);
            Path place = directory.place(key);
            boolean tree = ArchiveForm.of(key.name()) == ArchiveForm.INCREMENTAL;
            if (tree ? Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) : isFile(place)) {
                boolean indexed = !tree && isFile(directory.place(BackupDirectory.indexKey(key)));
                long size = tree ? treeBytes(key) : Files.size(place);
                found.add(
                        new KeptArchive(account, tier, slot, key, size, indexed, label(slot, key)));
            }
        }
        return found;
    }

    /// Only what was made by hand has one.
    private String label(SlotName slot, ObjectKey key) throws IOException {
        if (!slot.hasTime()) {
            return "";
        }
        try {
            return manifest(key).map(Manifest::label).orElse("");
        } catch (ArchiveException _) {
            // A restore will complain of it.
            return "";
        }
    }

    private long treeBytes(ObjectKey key) throws IOException {
        try {
            return manifest(key).map(each -> each.archive().sizeBytes()).orElse(0L);
        } catch (ArchiveException _) {
            // The tree can be read as it is; a restore will complain of its manifest.
            return 0;
        }
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
