package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.rootfile.DurableFolder;
import dev.packhorse.engine.tree.TreeCopy;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The backup directory of this server in cPanel's layout: `DATE/accounts/USER.tar.gz`,
/// `weekly/DATE/accounts/...`, `monthly/DATE/accounts/...`; further runs of a day lie in folders
/// `DATE.HHMM` (ADR 12). Beside the archives, hidden from tools that list them, lies `.packhorse/`
/// with a manifest for each. An archive has its final name only when it is whole, synced, and its
/// manifest is there.
///
/// Only root may change the directory; every folder made here is 0700, every file 0600.
///
/// @param root the folder
public record BackupDirectory(Path root) {
    static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// Names that begin so are archives under way.
    static final String PARTIAL = ".packhorse-partial-";

    /// How the name of a side index ends.
    public static final String INDEX_SUFFIX = ".index";

    private static final String MANIFESTS = ".packhorse";

    /// The key of an account's archive of the first run of a date.
    public static ObjectKey archiveKey(
            Tier tier, LocalDate date, AccountName account, String extension) {
        return archiveKey(tier, SlotName.of(date), account, extension);
    }

    /// The key of an account's archive of a slot.
    public static ObjectKey archiveKey(
            Tier tier, SlotName slot, AccountName account, String extension) {
        return new ObjectKey(tier.folder() + slot + "/accounts/" + account + extension);
    }

    /// The slots of a calendar that have a folder, in no order. A calendar without one has none.
    List<SlotName> slots(Tier tier) throws IOException {
        Path folder = root.resolve(tier.folder());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<SlotName> slots = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                SlotName.find(String.valueOf(entry.getFileName())).ifPresent(slots::add);
            }
        }
        return slots;
    }

    /// The key of the manifest that belongs to an archive.
    public static ObjectKey manifestKey(ObjectKey archive) {
        return beside(archive, ".manifest.json");
    }

    /// The key under which the manifest of an archive is kept while another archive takes its
    /// place. Of the three files of an archive only one can be replaced at a time: until the new
    /// archive is there, the one that is there is proven by this.
    public static ObjectKey previousManifestKey(ObjectKey archive) {
        return beside(archive, ".previous.manifest.json");
    }

    /// The key of the side index that belongs to an archive.
    public static ObjectKey indexKey(ObjectKey archive) {
        return beside(archive, INDEX_SUFFIX);
    }

    private static ObjectKey beside(ObjectKey archive, String suffix) {
        String name = archive.name();
        String folder = archive.value().substring(0, archive.value().length() - name.length());
        int dot = name.indexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return new ObjectKey(folder + MANIFESTS + "/" + stem + suffix);
    }

    /// Checks that the directory is there and can be looked at.
    ///
    /// @throws IOException if it is not, as while the server is away that it is mounted from: then
    ///   nothing is known of what lies there
    void requireThere() throws IOException {
        requireReachable();
        if (!Files.isDirectory(root)) {
            throw new IOException("the backup directory " + root + " is not there: is it mounted?");
        }
    }

    /// The same, where it may be absent.
    void requireReachable() throws IOException {
        try {
            var _ = Files.readAttributes(root, BasicFileAttributes.class);
        } catch (NoSuchFileException _) {
            // It is made when it is needed.
        } catch (FileSystemException e) {
            throw new IOException(
                    "the backup directory %s cannot be reached (%s): is the server there that it is mounted from? Mount it anew if that is back"
                            .formatted(root, e.getReason()),
                    e);
        }
    }

    /// Where an object lies.
    public Path place(ObjectKey key) {
        return root.resolve(key.value());
    }

    /// Where the tree of an account belongs, for a key without a suffix.
    TreeSpot tree(ObjectKey key) {
        Path folder = parentOf(place(key));
        return new TreeSpot(
                folder, key.name(), folder.resolve(MANIFESTS).resolve(key.name() + ".tree"));
    }

    /// Opens a new file beside an archive's place, under a temporary name that belongs to the job.
    /// What an earlier run of the same job left there is replaced.
    public Pending begin(ObjectKey archive, JobId job) throws IOException {
        Path target = place(archive);
        Path folder = parentOf(target);
        makeFolders(folder);
        Path indexFolder = parentOf(place(indexKey(archive)));
        makeFolders(indexFolder);
        Path temporary = folder.resolve(PARTIAL + job);
        FileChannel file = create(temporary);
        try {
            Path index = indexFolder.resolve(PARTIAL + job + INDEX_SUFFIX);
            return new Pending(this, archive, job, temporary, file, index, create(index));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE);
    }

    /// Gives a whole archive a second name in another calendar: a hard link, or a copy where links
    /// do not reach. A tree gets a second tree of links.
    public void link(ObjectKey from, ObjectKey to, JobId job) throws IOException {
        ReplacedManifest replaced = ReplacedManifest.keep(this, to, job);
        if (Files.exists(place(indexKey(from)))) {
            linkOne(indexKey(from), indexKey(to), job);
        }
        linkOne(manifestKey(from), manifestKey(to), job);
        if (Files.isDirectory(place(from), LinkOption.NOFOLLOW_LINKS)) {
            makeFolders(parentOf(place(to)));
            TreeCopy.link(tree(from), tree(to), PARTIAL + job);
        } else {
            linkOne(from, to, job);
        }
        replaced.forget();
    }

    /// Removes an archive or a tree with what lies beside it; nothing there is success.
    void delete(ObjectKey archive) throws IOException {
        ArchiveRemoval.remove(this, archive);
    }

    /// Gives a file a second name, in place of any file of that name.
    void linkOne(ObjectKey from, ObjectKey to, JobId job) throws IOException {
        Path target = place(to);
        Path folder = parentOf(target);
        makeFolders(folder);
        Path temporary = folder.resolve(PARTIAL + job);
        Files.deleteIfExists(temporary);
        linkOrCopy(place(from), temporary);
        publish(temporary, target);
        // A rename onto another name of the same file does nothing, by POSIX.
        Files.deleteIfExists(temporary);
    }

    /// Gives a file of root's a second name, or copies it where links do not reach; synced then.
    static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException _) {
            copy(from, to);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target =
                        FileChannel.open(
                                to,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                FILE_MODE)) {
            long size = source.size();
            for (long done = 0; done < size; ) {
                done += source.transferTo(done, size - done, target);
            }
            target.force(true);
        }
    }

    /// Writes a small file whole or not at all.
    void writeFile(Path target, byte[] content) throws IOException {
        Path folder = parentOf(target);
        makeFolders(folder);
        Path temporary = folder.resolve(PARTIAL + target.getFileName());
        Files.deleteIfExists(temporary);
        try (FileChannel file =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE_MODE)) {
            var bytes = java.nio.ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        publish(temporary, target);
    }

    static void publish(Path temporary, Path target) throws IOException {
        Files.move(
                temporary,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        sync(parentOf(target));
    }

    static void sync(Path folder) throws IOException {
        DurableFolder.sync(folder);
    }

    /// Makes missing folders below the root, each synced into its parent; the root itself must be
    /// there.
    void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!folder.equals(root)) {
            makeFolders(parentOf(folder));
        } else {
            DurableFolder.make(parentOf(root));
        }
        try {
            Files.createDirectory(folder, FOLDER_MODE);
            sync(parentOf(folder));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    static Path parentOf(Path path) {
        return Objects.requireNonNull(path.getParent(), "lies below the root");
    }

    /// An archive being written. Closing it without [#publish] removes it.
    public static final class Pending implements AutoCloseable {
        private final BackupDirectory directory;
        private final ObjectKey archive;
        private final JobId job;
        private final Path temporary;
        private final FileChannel file;
        private final Path temporaryIndex;
        private final FileChannel index;

        private Pending(
                BackupDirectory directory,
                ObjectKey archive,
                JobId job,
                Path temporary,
                FileChannel file,
                Path temporaryIndex,
                FileChannel index) {
            this.directory = directory;
            this.archive = archive;
            this.job = job;
            this.temporary = temporary;
            this.file = file;
            this.temporaryIndex = temporaryIndex;
            this.index = index;
        }

        public FileChannel file() {
            return file;
        }

        /// Receives the side index.
        public FileChannel index() {
            return index;
        }

        /// Syncs the archive and its index, writes its manifest, and gives the archive its name.
        /// The manifest comes first: an archive without one would be restored as a stranger's.
        /// Where no index was written there is none afterwards.
        public void publish(byte[] manifest) throws IOException {
            file.force(true);
            file.close();
            index.force(true);
            index.close();
            ReplacedManifest replaced = ReplacedManifest.keep(directory, archive, job);
            if (Files.size(temporaryIndex) > 0) {
                BackupDirectory.publish(temporaryIndex, directory.place(indexKey(archive)));
            } else {
                // What lies there is the index of another archive.
                Files.deleteIfExists(directory.place(indexKey(archive)));
            }
            directory.writeFile(directory.place(manifestKey(archive)), manifest);
            BackupDirectory.publish(temporary, directory.place(archive));
            replaced.forget();
        }

        @Override
        public void close() throws IOException {
            try (file;
                    index) {
                Files.deleteIfExists(temporary);
                Files.deleteIfExists(temporaryIndex);
            }
        }
    }
}
