package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.SealedManifest;
import dev.packhorse.engine.gzip.DamagedSourceException;
import dev.packhorse.engine.index.ArchiveIndex;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Finds the archive from which the next one of an account may take over what has not changed: the
/// newest in the backup directory whose manifest is this server's own and names index and archive
/// as they are. One that cannot be read is passed over. Stateless.
final class EarlierArchives {
    /// Older ones have less in common, and each costs a look.
    private static final int MOST_LOOKED_AT = 12;

    private final ManifestMac mac;
    private final Predicate<ObjectKey> unsound;
    private final Consumer<String> warnings;

    /// @param unsound whether an archive was found damaged: nothing is taken over from it
    /// @param warnings told of an archive that cannot be read
    EarlierArchives(ManifestMac mac, Predicate<ObjectKey> unsound, Consumer<String> warnings) {
        this.mac = mac;
        this.unsound = unsound;
        this.warnings = warnings;
    }

    /// An open archive; what it says is of use until it is closed.
    static final class Opened implements AutoCloseable {
        private final ObjectKey key;
        private final FileChannel file;
        private final FileChannel index;
        private final EarlierArchive archive;

        private Opened(ObjectKey key, FileChannel file, FileChannel index) throws IOException {
            this.key = key;
            this.file = file;
            this.index = index;
            this.archive = new EarlierArchive(file, ArchiveIndex.open(RangeSource.of(index)));
        }

        EarlierArchive archive() {
            return archive;
        }

        /// What is told of one that turned out to be damaged.
        String givenUp(DamagedSourceException why) {
            return "%s: %s; nothing is taken over from it".formatted(key, why.getMessage());
        }

        long sizeBytes() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            try (file;
                    index) {
                // both, whatever becomes of the first
            }
        }
    }

    private record Dated(SlotName slot, Tier tier) {}

    /// The newest archive that is fit for it.
    ///
    /// @param suffix the ending of the archive's name
    /// @throws IOException if the backup directory cannot be read
    Optional<Opened> newest(BackupDirectory directory, AccountName account, String suffix)
            throws IOException {
        List<Dated> all = dates(directory);
        all.sort(Comparator.comparing(Dated::slot).reversed().thenComparing(Dated::tier));
        int looked = 0;
        for (Dated dated : all) {
            ObjectKey key = BackupDirectory.archiveKey(dated.tier(), dated.slot(), account, suffix);
            if (Files.isRegularFile(directory.place(key), LinkOption.NOFOLLOW_LINKS)
                    && !unsound.test(key)) {
                Optional<Opened> opened = openOrTell(directory, key, account);
                if (opened.isPresent() || ++looked == MOST_LOOKED_AT) {
                    return opened;
                }
            }
        }
        return Optional.empty();
    }

    private static List<Dated> dates(BackupDirectory directory) throws IOException {
        List<Dated> dates = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            directory.slots(tier).forEach(slot -> dates.add(new Dated(slot, tier)));
        }
        return dates;
    }

    /// What cannot be read today might not be readable tomorrow either: backups go on without it.
    private Optional<Opened> openOrTell(
            BackupDirectory directory, ObjectKey key, AccountName account) {
        try {
            return open(directory, key, account);
        } catch (IOException e) {
            warnings.accept(
                    "%s or what lies beside it cannot be read (%s); nothing is taken over from it"
                            .formatted(key, e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Opened> open(BackupDirectory directory, ObjectKey key, AccountName account)
            throws IOException {
        Path manifestFile = directory.place(BackupDirectory.manifestKey(key));
        Path indexFile = directory.place(BackupDirectory.indexKey(key));
        if (!Files.isRegularFile(manifestFile, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(indexFile, LinkOption.NOFOLLOW_LINKS)
                // Its replacement was cut short: index and archive may be of two packings.
                || Files.exists(directory.place(BackupDirectory.previousManifestKey(key)))) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            SealedManifest sealed = ManifestJson.read(Files.readAllBytes(manifestFile));
            if (!mac.proves(sealed)) {
                return Optional.empty();
            }
            manifest = sealed.manifest();
        } catch (ArchiveException _) {
            return Optional.empty();
        }
        if (!manifest.account().equals(account) || !hasIndex(manifest, indexFile)) {
            return Optional.empty();
        }
        return open(key, directory.place(key), indexFile, manifest);
    }

    private static boolean hasIndex(Manifest manifest, Path indexFile) throws IOException {
        String name = String.valueOf(indexFile.getFileName());
        for (Manifest.ArchiveFile file : manifest.beside()) {
            if (file.name().equals(name)) {
                return file.sizeBytes() == Files.size(indexFile)
                        && file.sha256().equals(Sha256.of(indexFile));
            }
        }
        return false;
    }

    private static Optional<Opened> open(
            ObjectKey key, Path archive, Path indexFile, Manifest manifest) throws IOException {
        FileChannel file = FileChannel.open(archive);
        FileChannel index = null;
        boolean opened = false;
        try {
            if (file.size() != manifest.archive().sizeBytes()) {
                return Optional.empty();
            }
            index = FileChannel.open(indexFile);
            Opened both = new Opened(key, file, index);
            opened = true;
            return Optional.of(both);
        } catch (IndexException _) {
            // An index of another version, say: then everything is read.
            return Optional.empty();
        } finally {
            if (!opened) {
                file.close();
                if (index != null) {
                    index.close();
                }
            }
        }
    }
}
