package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveRun;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.MemberCut;
import dev.packhorse.engine.archive.SourceFile;
import dev.packhorse.engine.archive.SourceKey;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.home.FilePacker.Opened;
import dev.packhorse.engine.index.SegmentKey;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Small members of a home that follow each other in the walk. The walk fills it; then it belongs
/// to whoever packs it.
final class HomeRun implements ArchiveRun {
    /// Files that the walk opened are few, so that they do not use up the process's descriptors.
    private static final int MOST_HELD = 32;

    /// Headers of a member with a long name and a time of nanoseconds, without the name.
    private static final int HEADER_BYTES = 2_560;

    private final HeldHome home;
    private final HomeReport report;
    private final Cancellation cancellation;
    private final Identity identity;
    private final FileClock clock;
    private final List<HomeItem> items = new ArrayList<>();
    private final ItemList warnings = new ItemList();
    private final ItemList unread = new ItemList();
    private HomeTally tally = new HomeTally();
    private long bytes;
    private int held;
    private boolean settled = true;
    private boolean asExpected = true;

    HomeRun(
            HeldHome home,
            HomeReport report,
            Cancellation cancellation,
            Identity identity,
            FileClock clock) {
        this.home = home;
        this.report = report;
        this.cancellation = cancellation;
        this.identity = identity;
        this.clock = clock;
    }

    /// Whether the run ends before such a member.
    boolean endsBefore(HomeItem next) {
        return held >= MOST_HELD || MemberCut.isBefore(bytes, next.path().value(), size(next));
    }

    void add(HomeItem item) {
        items.add(item);
        bytes += size(item);
        settled &= clock.isSettled(item.stat());
        if (item instanceof HomeItem.SmallFile file && file.held() != null) {
            held++;
        }
    }

    @Override
    public long members() {
        return items.size();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public List<BytePath> folders() {
        return items.stream()
                .filter(HomeItem.Folder.class::isInstance)
                .map(HomeItem::path)
                .toList();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /// More than the member takes without extended attributes.
    private static long size(HomeItem item) {
        long content = item instanceof HomeItem.SmallFile file ? file.stat().sizeBytes() : 0;
        return HEADER_BYTES + 2L * item.path().value().length() + content;
    }

    @Override
    public Optional<SegmentKey> key() {
        if (!settled) {
            return Optional.empty();
        }
        SourceKey key = SourceKey.ofRun();
        for (HomeItem item : items) {
            key.add(item.path().value()).add(item.stat());
            switch (item) {
                case HomeItem.Symlink link -> key.add(link.target());
                case HomeItem.FurtherName name -> key.add(name.first().value());
                case HomeItem.SmallFile _, HomeItem.Folder _ -> {}
            }
        }
        return Optional.of(key.build());
    }

    @Override
    public boolean addTo(ArchiveSink sink) throws IOException {
        if (!AccountThread.actsAs(identity)) {
            throw new IOException("files of " + identity + " must not be read with other rights");
        }
        ByteBuffer buffer = home.takeBuffer();
        try {
            FilePacker packer =
                    new FilePacker(sink, warnings::add, unread::add, cancellation, buffer, clock);
            for (HomeItem item : items) {
                add(item, sink, packer);
            }
        } finally {
            home.giveBuffer(buffer);
            closeHeld();
        }
        return settled && asExpected;
    }

    private void add(HomeItem item, ArchiveSink sink, FilePacker packer) throws IOException {
        switch (item) {
            case HomeItem.Folder folder -> {
                Map<ByteString, ByteString> xattrs = fitting(sink, item.path(), folder.xattrs(), 0);
                sink.add(
                        new ArchiveEntry.Folder(
                                item.path(), FilePacker.attributes(item.stat(), xattrs)));
                tally.folder();
            }
            case HomeItem.Symlink link -> {
                sink.add(
                        new ArchiveEntry.SymbolicLink(
                                item.path(),
                                FilePacker.attributes(item.stat(), Map.of()),
                                link.target()));
                tally.link();
            }
            case HomeItem.FurtherName name -> {
                sink.add(
                        new ArchiveEntry.HardLink(
                                item.path(),
                                FilePacker.attributes(item.stat(), Map.of()),
                                name.first()));
                tally.link();
            }
            case HomeItem.SmallFile file -> addFile(file, sink, packer);
        }
    }

    private void addFile(HomeItem.SmallFile item, ArchiveSink sink, FilePacker packer)
            throws IOException {
        if (sink.addUnchanged(new SourceFile(item.path(), item.stat()))) {
            tally.file(item.stat().sizeBytes());
            return;
        }
        try {
            home.use(() -> {
                if (item.held() != null) {
                    pack(item, item.held(), sink, packer);
                    home.release(item.held());
                    return true;
                }
                try (PosixFile opened = home.open(item.path())) {
                    pack(item, opened, sink, packer);
                }
                return true;
            });
        } catch (PosixException e) {
            (HomeAccess.isRefusal(e) ? warnings : unread)
                    .add(item.path() + ": left out, " + HomeAccess.reason(e));
            asExpected = false;
        }
    }

    private void pack(HomeItem.SmallFile item, PosixFile file, ArchiveSink sink, FilePacker packer)
            throws IOException {
        FileStat stat = file.openedStat();
        if (stat.links() > 1 && stat.uid() != identity.uid()) {
            warnings.add(HomePacker.othersHardLink(item.path()));
            asExpected = false;
            return;
        }
        Map<ByteString, ByteString> xattrs =
                fitting(sink, item.path(), UserXattrs.of(file.xattrs()), item.stat().sizeBytes());
        // Room for what the file grew by, if it is not needed for what still comes.
        long most = item.stat().sizeBytes() + Math.max(0, sink.room() - bytes);
        FilePacker.Packed packed =
                packer.packSmall(item.path(), new Opened(file, stat, xattrs), most);
        tally.file(packed.sizeBytes());
        asExpected &= packed.whole() && FileClock.isSame(item.stat(), packed.stat());
    }

    /// The attributes, if there is room for them with all that the run still has to hold. A run
    /// without some is not known again, so that each backup tells of them.
    private Map<ByteString, ByteString> fitting(
            ArchiveSink sink, BytePath path, Map<ByteString, ByteString> xattrs, long content) {
        long needed = HEADER_BYTES + content + UserXattrs.bytes(xattrs);
        if (xattrs.isEmpty() || needed + bytes <= sink.room()) {
            return xattrs;
        }
        warnings.add(UserXattrs.tooLarge(path));
        asExpected = false;
        return Map.of();
    }

    private void closeHeld() throws IOException {
        for (HomeItem item : items) {
            if (item instanceof HomeItem.SmallFile file && file.held() != null) {
                home.release(file.held());
            }
        }
    }

    @Override
    public void added(Origin how) {
        if (how == Origin.TAKEN) {
            tallyItems();
        }
        try {
            closeHeld();
        } catch (IOException e) {
            warnings.add("a file could not be closed: " + e.getMessage());
        }
        report.add(warnings, unread, tally, how);
    }

    private void tallyItems() {
        tally = new HomeTally();
        for (HomeItem item : items) {
            switch (item) {
                case HomeItem.SmallFile file -> tally.file(file.stat().sizeBytes());
                case HomeItem.Folder _ -> tally.folder();
                case HomeItem.Symlink _, HomeItem.FurtherName _ -> tally.link();
            }
        }
    }
}
