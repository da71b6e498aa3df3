package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveTotals;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.archive.EntryBody;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes an account as a folder: each member as the file, folder or link that it is. A regular
/// file that is unchanged since the previous tree is neither opened nor read, but linked to the
/// file of that tree; so two trees share what is the same, and removing one leaves the other whole.
/// About one in 128 of the files that are linked is read there.
///
/// The folder that holds the tree must be root's alone; the tree's top folder is 0700, so that no
/// set-user-id file in it can be reached. Memory does not grow with the number of files. One thread
/// at a time; the thread of an account may write, with [AccountThread#asProcess].
public final class TreeWriter implements ArchiveSink, AutoCloseable {
    private static final int TOP_MODE = 0700;
    private static final int BUFFER = 1 << 18;
    private static final int NEW_FILE_MODE = 0600;

    private final TreeSwitch place;
    private final TreeFolders folders;
    private final TreeAttributes setter = new TreeAttributes();
    private final SetIdBits bits;
    private final PreviousLinks previous;
    private final RecordWriter record;
    private final Hashes hashes = new Hashes();
    private final LinkedNames names;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final long metadataTime;
    private final InstantSource clock;
    private final Cancellation cancellation;
    private ArchiveTotals totals = new ArchiveTotals(0, 1, 0, 0);
    private TreeCounts counts = TreeCounts.NONE;
    private @Nullable Offer offer;
    private boolean isFinished;

    private TreeWriter(
            TreeSwitch place,
            Optional<PreviousTree> previous,
            RecordWriter record,
            long metadataTime,
            InstantSource clock,
            Cancellation cancellation) {
        this.place = place;
        this.previous =
                new PreviousLinks(
                        previous, new LinkSample(buffer, cancellation), place.place().grain());
        this.record = record;
        this.metadataTime = metadataTime;
        this.clock = clock;
        this.cancellation = cancellation;
        this.names = new LinkedNames(place.tree());
        this.bits = new SetIdBits(place.tree());
        this.folders =
                new TreeFolders(
                        place.tree(),
                        previous.map(PreviousTree::top),
                        setter,
                        Attributes.ofRoot(TOP_MODE, metadataTime),
                        this::folderMade);
    }

    /// Begins a tree under a partial name.
    ///
    /// @param spot where it belongs; may hold a tree, which is replaced by [#publish()]
    /// @param partialName the name while it is being written; what lies there is removed
    /// @param previous the tree to link unchanged files to, the caller's to close after the writer
    /// @param metadataTime what [ArchiveSink#metadataTime()] tells
    /// @param clock tells which files changed so recently that they must be read next time
    /// @param cancellation looked at for every member and every block of content
    /// @throws UnfitPlaceException if the file system there keeps no trees
    public static TreeWriter begin(
            TreeSpot spot,
            String partialName,
            Optional<PreviousTree> previous,
            long metadataTime,
            InstantSource clock,
            Cancellation cancellation)
            throws IOException {
        TreeSwitch place = TreeSwitch.begin(spot, partialName);
        boolean begun = false;
        try {
            RecordWriter record = new RecordWriter(place.spillFile());
            begun = true;
            return new TreeWriter(place, previous, record, metadataTime, clock, cancellation);
        } finally {
            if (!begun) {
                place.close();
            }
        }
    }

    @Override
    public long metadataTime() {
        return metadataTime;
    }

    /// How the tree came about so far.
    public TreeCounts counts() {
        return counts.withLost(setter.lost(), bits.lost());
    }

    @Override
    public boolean isSequence() {
        return false;
    }

    /// {@inheritDoc}
    ///
    /// @throws DamagedTreeException if a file of the previous tree is found damaged: what was
    ///   written so far is to be given up
    @Override
    public boolean addUnchanged(SourceFile file) throws IOException {
        BytePath path = file.path();
        FileStat source = file.stat();
        requireOpen();
        cancellation.check();
        Offer made = Offer.of(path, source, hashes, clock.instant());
        offer = made;
        Optional<byte[]> content =
                previous.isEmpty()
                        ? Optional.empty()
                        : AccountThread.asProcess(() -> previous.link(folders, made));
        if (content.isEmpty()) {
            return false;
        }
        RegularFile entry = made.entry(place.place());
        addLine('f', made.key(), entry, source.sizeBytes(), content.get(), made.origin());
        names.remember(made, content.get());
        counts = counts.linked(source.sizeBytes());
        return true;
    }

    @Override
    public void add(ArchiveEntry entry) throws IOException {
        requireOpen();
        cancellation.check();
        AccountThread.asProcess(() -> {
            switch (entry) {
                case RegularFile file ->
                        throw new IllegalArgumentException(
                                "a regular file needs a body: " + file.path());
                case ArchiveEntry.Folder folder ->
                        folders.make(folder.path(), kept(folder.attributes()));
                case SymbolicLink link -> addSymlink(link);
                case HardLink link -> addHardLink(link);
            }
            return entry;
        });
    }

    private Attributes kept(Attributes wanted) throws IOException {
        return place.place().of(bits.of(wanted));
    }

    private void folderMade(BytePath path, Attributes attributes) throws IOException {
        ArchiveEntry entry = new ArchiveEntry.Folder(path, attributes);
        byte[] key = hashes.key(path);
        addLine('d', key, entry, 0, RecordLine.NO_CONTENT, RecordLine.NO_ORIGIN);
    }

    private void addSymlink(SymbolicLink wanted) throws IOException {
        SymbolicLink link =
                new SymbolicLink(wanted.path(), kept(wanted.attributes()), wanted.target());
        Directory folder = directory(link.path());
        ByteName name = link.path().name();
        folder.makeSymlink(name, link.target());
        setter.applyToLink(folder, name, link.attributes());
        byte[] content = hashes.text(link.target().toBytes());
        byte[] key = hashes.key(link.path());
        addLine('l', key, link, link.target().length(), content, RecordLine.NO_ORIGIN);
    }

    private void addHardLink(HardLink link) throws IOException {
        Directory folder = directory(link.path());
        LinkedNames.Named named = names.link(folder, link);
        byte[] key = hashes.key(link.path());
        byte[] state = hashes.state('f', named.attributes, named.sizeBytes);
        record.add(RecordLine.of(key, state, named.content, RecordLine.NO_ORIGIN));
        totals = totals.plus(link);
    }

    /// {@inheritDoc}
    ///
    /// What the body does not give is a hole. A body that fails leaves such a file before its
    /// exception comes through, and more members may follow.
    @Override
    public long add(RegularFile entry, EntryBody body) throws IOException {
        requireOpen();
        cancellation.check();
        Offer offered = offer;
        offer = null;
        ByteName name = entry.path().name();
        Attributes attributes = AccountThread.asProcess(() -> kept(entry.attributes()));
        try (PosixFile file =
                AccountThread.asProcess(
                        () -> directory(entry.path()).create(name, NEW_FILE_MODE))) {
            TreeFile writing = new TreeFile(file, entry, body, buffer, cancellation);
            writing.writeContent();
            boolean complete = AccountThread.asProcess(() -> setter.apply(file, attributes));
            recordFile(entry, attributes, writing, complete, offered);
            IOException failure = writing.bodyFailure();
            if (failure != null) {
                throw failure;
            }
            return writing.given();
        }
    }

    /// A file is known again only if it is what was offered, to the last byte.
    private void recordFile(
            RegularFile entry,
            Attributes given,
            TreeFile written,
            boolean complete,
            @Nullable Offer offered)
            throws IOException {
        RegularFile kept = new RegularFile(entry.path(), given, entry.sizeBytes(), entry.data());
        byte[] content = written.content();
        counts = counts.copied(written.given());
        if (offered == null || !offered.isOf(entry)) {
            byte[] key = hashes.key(entry.path());
            addLine('f', key, kept, entry.sizeBytes(), content, RecordLine.NO_ORIGIN);
            return;
        }
        boolean isKnown = complete && written.given() == written.declared();
        byte[] origin = isKnown ? offered.origin() : RecordLine.NO_ORIGIN;
        addLine('f', offered.key(), kept, entry.sizeBytes(), content, origin);
        names.remember(offered, content);
    }

    private void addLine(
            char type,
            byte[] key,
            ArchiveEntry entry,
            long sizeBytes,
            byte[] content,
            byte[] origin)
            throws IOException {
        byte[] state = hashes.state(type, entry.attributes(), sizeBytes);
        record.add(RecordLine.of(key, state, content, origin));
        totals = totals.plus(entry);
    }

    private Directory directory(BytePath path) throws IOException {
        return java.util.Objects.requireNonNull(folders.above(path).directory());
    }

    /// Ends the tree and brings it to the disk. The result's size is that of all regular files; its
    /// digest is the tree's, see `docs/archive-format.md`.
    public PackedArchive finish() throws IOException {
        requireOpen();
        cancellation.check();
        isFinished = true;
        folders.finish();
        String digest = record.finish(place.recordFile(), place.tree().stat().inode());
        place.sync();
        return new PackedArchive(totals.unpackedBytes(), digest, totals);
    }

    /// Gives the finished tree its name, in one step, and removes the tree that had it.
    public void publish() throws IOException {
        if (!isFinished) {
            throw new IllegalStateException("the tree is not finished");
        }
        place.publish();
    }

    private void requireOpen() {
        if (isFinished) {
            throw new IllegalStateException("the tree is finished");
        }
    }

    /// Removes what was not published.
    @Override
    public void close() throws IOException {
        try (place;
                record;
                folders) {
            setter.close();
        }
    }
}
