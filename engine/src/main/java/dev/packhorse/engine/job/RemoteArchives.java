package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.index.IndexException;
import dev.packhorse.engine.index.RangeSource;
import dev.packhorse.engine.index.ReadAhead;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// Looks for the archives of accounts at a destination, without daemon or catalog, and into them:
/// the index of an archive is fetched whole, and of the archive only the parts that are asked for,
/// where the destination reads parts; elsewhere it is fetched whole. Of a tree only what is asked
/// for is listed or fetched. One thread.
public final class RemoteArchives {
    private static final List<String> SUFFIXES = List.of(".tar.gz", ".tar");

    private final Transport transport;
    private final WorkPlace work;
    private final Cancellation cancellation;

    /// @param transport stays the caller's
    /// @param work where only root can enter, for what is fetched; nothing stays there
    public RemoteArchives(Transport transport, WorkPlace work, Cancellation cancellation) {
        this.transport = transport;
        this.work = work;
        this.cancellation = cancellation;
    }

    /// All of an account, the newest first. Walks the whole listing of the destination.
    ///
    /// @throws ArchiveException ABSENT if there are none
    public List<KeptArchive> list(AccountName account) throws IOException {
        Map<ObjectKey, ObjectInfo> archives = new HashMap<>();
        Set<ObjectKey> indexes = new HashSet<>();
        List<ArchiveKey> marks = new ArrayList<>();
        transport.list(
                "",
                object -> {
                    String name = object.key().name();
                    if (isArchiveOf(account, name)) {
                        archives.put(object.key(), object);
                    } else if (name.equals(account + BackupDirectory.INDEX_SUFFIX)) {
                        indexes.add(object.key());
                    } else if (name.equals(account.value())) {
                        ArchiveKey.parseAny(object.key()).ifPresent(marks::add);
                    }
                    return true;
                },
                cancellation);
        List<KeptArchive> all = new ArrayList<>();
        for (Map.Entry<ObjectKey, ObjectInfo> archive : archives.entrySet()) {
            boolean indexed = indexes.contains(BackupDirectory.indexKey(archive.getKey()));
            Optional<ArchiveKey> key = ArchiveKey.parse(archive.getKey());
            if (key.isPresent()) {
                all.add(kept(key.get(), archive.getValue().sizeBytes(), indexed));
            }
        }
        all.addAll(trees(marks));
        if (all.isEmpty()) {
            throw new ArchiveException(
                    ArchiveException.Kind.ABSENT,
                    "there is no restore point of " + account + " at this destination");
        }
        all.sort(KeptArchive.NEWEST_FIRST);
        return all;
    }

    private List<KeptArchive> trees(List<ArchiveKey> marks) throws IOException {
        List<Callable<Optional<KeptArchive>>> looks = new ArrayList<>();
        marks.forEach(mark -> looks.add(() -> tree(mark)));
        try (FarCalls calls = new FarCalls(transport.traits())) {
            return calls.all(looks).stream().flatMap(Optional::stream).toList();
        }
    }

    /// Empty if there is no tree of this key.
    private Optional<KeptArchive> tree(ArchiveKey key) throws IOException {
        if (transport.findTree(key.key(), cancellation).isEmpty()) {
            return Optional.empty();
        }
        Optional<Manifest> manifest;
        try {
            manifest = manifest(key.key());
        } catch (ArchiveException _) {
            // It can be looked into as it is; a restore will complain of its manifest.
            manifest = Optional.empty();
        }
        return Optional.of(
                new KeptArchive(
                        key.account(),
                        key.tier(),
                        key.slot(),
                        key.key(),
                        manifest.map(each -> each.archive().sizeBytes()).orElse(0L),
                        false,
                        manifest.map(Manifest::label).orElse("")));
    }

    private static boolean isArchiveOf(AccountName account, String name) {
        return SUFFIXES.stream().anyMatch(suffix -> name.equals(account + suffix));
    }

    private KeptArchive kept(ArchiveKey key, long sizeBytes, boolean indexed) throws IOException {
        return new KeptArchive(
                key.account(),
                key.tier(),
                key.slot(),
                key.key(),
                sizeBytes,
                indexed,
                label(key.slot(), key.key()));
    }

    /// Only what was made by hand has one; so the manifests of no other archives are fetched.
    private String label(SlotName slot, ObjectKey archive) throws IOException {
        if (!slot.isByHand()) {
            return "";
        }
        try {
            return manifest(archive).map(Manifest::label).orElse("");
        } catch (ArchiveException _) {
            // A restore will complain of it.
            return "";
        }
    }

    /// The one of a date; asks for it alone, without a listing.
    ///
    /// @param when as [KeptArchive#when()]
    /// @throws ArchiveException ABSENT if there is none
    public KeptArchive find(AccountName account, String when) throws IOException {
        for (Tier tier : Tier.values()) {
            Optional<SlotName> slot =
                    when.startsWith(tier.folder())
                            ? SlotName.find(when.substring(tier.folder().length()))
                            : Optional.empty();
            if (slot.isEmpty()) {
                continue;
            }
            for (String suffix : SUFFIXES) {
                ObjectKey key = BackupDirectory.archiveKey(tier, slot.get(), account, suffix);
                Optional<ObjectInfo> found = transport.stat(key);
                if (found.isPresent()) {
                    boolean indexed = transport.stat(BackupDirectory.indexKey(key)).isPresent();
                    return new KeptArchive(
                            account,
                            tier,
                            slot.get(),
                            key,
                            found.get().sizeBytes(),
                            indexed,
                            label(slot.get(), key));
                }
            }
            ObjectKey key = BackupDirectory.archiveKey(tier, slot.get(), account, "");
            Optional<KeptArchive> tree = tree(new ArchiveKey(key, tier, slot.get(), account));
            if (tree.isPresent()) {
                return tree.get();
            }
        }
        throw new ArchiveException(
                ArchiveException.Kind.ABSENT,
                "there is no restore point of %s on “%s” at this destination; packhorse ls %s --from lists those that are"
                        .formatted(account, when, account));
    }

    /// Opens an archive by its index, or a tree.
    ///
    /// @throws ArchiveException if there is no index, or it is not the one that belongs to the
    ///   archive
    public OpenedArchive open(KeptArchive archive) throws IOException {
        if (archive.form() == ArchiveForm.INCREMENTAL) {
            return new FarOpenedTree(transport, archive.key(), work, cancellation);
        }
        ObjectKey indexKey = BackupDirectory.indexKey(archive.key());
        if (!archive.hasIndex()) {
            throw new ArchiveException(
                    ArchiveException.Kind.ABSENT,
                    archive.key() + " has no index at this destination: restore it as a whole");
        }
        FileChannel index = fetched(indexKey);
        FileChannel content = null;
        boolean opened = false;
        try {
            requireNamed(archive.key(), indexKey, index);
            RangeSource source;
            if (transport.readsParts(archive.key(), cancellation)) {
                source =
                        new ReadAhead(
                                new TransportRange(
                                        transport,
                                        archive.key(),
                                        archive.sizeBytes(),
                                        cancellation));
            } else {
                content = fetched(archive.key());
                source = RangeSource.of(content);
            }
            OpenedFile file =
                    new OpenedFile(
                            source,
                            RangeSource.of(index),
                            content == null ? List.of(index) : List.of(index, content));
            opened = true;
            return file;
        } catch (IndexException e) {
            throw new ArchiveException(
                    ArchiveException.Kind.DAMAGED, indexKey + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                index.close();
                if (content != null) {
                    content.close();
                }
            }
        }
    }

    private void requireNamed(ObjectKey archive, ObjectKey indexKey, FileChannel index)
            throws IOException {
        Optional<Manifest> manifest = manifest(archive);
        if (manifest.isEmpty()) {
            return;
        }
        index.position(0);
        String sha256 = Sha256.of(Channels.newInputStream(index));
        for (Manifest.ArchiveFile file : manifest.get().beside()) {
            if (file.name().equals(indexKey.name()) && file.sha256().equals(sha256)) {
                return;
            }
        }
        throw new ArchiveException(
                ArchiveException.Kind.DAMAGED,
                indexKey + " is not the index that the manifest names");
    }

    private Optional<Manifest> manifest(ObjectKey archive) throws IOException {
        try {
            byte[] json =
                    transport.read(
                            BackupDirectory.manifestKey(archive),
                            ByteRange.ALL,
                            in -> in.readNBytes(ManifestJson.MOST_BYTES + 1),
                            cancellation);
            return Optional.of(ManifestJson.read(json).manifest());
        } catch (TransportException e) {
            if (e.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private FileChannel fetched(ObjectKey key) throws IOException {
        long size = transport.stat(key).map(ObjectInfo::sizeBytes).orElse(0L);
        work.requireRoom(size);
        return UnnamedCopy.of(transport, key, size, work.folder(), cancellation);
    }
}
