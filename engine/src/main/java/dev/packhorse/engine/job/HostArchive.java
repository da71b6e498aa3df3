package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.CpmoveWriter;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.home.FolderPacker;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.tree.DigestingSink;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// An archive as it lies on this server: a file, the parts of a split one, or a folder with its
/// members. It is always copied into one file of root's before anybody reads it, since whoever put
/// it there may still hold it open. One thread.
///
/// Source: cpmove-format 1.1.
public final class HostArchive implements AutoCloseable {
    private static final int BLOCK = 1 << 18;

    private final Directory parent;
    private final ByteName name;
    private final FileStat stat;
    private final Form form;

    private HostArchive(Directory parent, ByteName name, FileStat stat, Form form) {
        this.parent = parent;
        this.name = name;
        this.stat = stat;
        this.form = form;
    }

    /// What it is.
    private sealed interface Form {
        record File() implements Form {}

        /// @param inParent whether they lie beside one another in the parent, else in a folder of
        ///   their own
        record Parts(boolean inParent, List<ByteName> names) implements Form {}

        record Tree() implements Form {}
    }

    /// Looks at what lies at a path.
    ///
    /// @param path the way to it can be changed by root alone
    /// @throws NoSuchFileException if there is nothing
    /// @throws IOException if it is something else, or parts are missing; the message says which
    static HostArchive open(Path path) throws IOException {
        Path folder = Objects.requireNonNull(path.getParent(), "an absolute path has a parent");
        Directory parent = Directory.openTrusted(folder);
        try {
            ByteName name = ByteName.of(String.valueOf(path.getFileName()));
            FileStat stat =
                    parent.find(name).orElseThrow(() -> new NoSuchFileException(path.toString()));
            return new HostArchive(parent, name, stat, form(parent, name, stat));
        } catch (IOException e) {
            parent.close();
            throw e;
        }
    }

    private static Form form(Directory parent, ByteName name, FileStat stat) throws IOException {
        if (stat.type() != FileType.DIRECTORY) {
            return ArchiveParts.stem(name.toString()).isPresent()
                    ? new Form.Parts(true, ArchiveParts.besides(parent.list(), name))
                    : new Form.File();
        }
        try (Directory folder = parent.open(name)) {
            List<ByteName> parts = ArchiveParts.among(folder.list());
            return parts.isEmpty() ? new Form.Tree() : new Form.Parts(false, parts);
        }
    }

    /// What lies at the path: the file, its first part or the folder, as it was when it was opened.
    FileStat stat() {
        return stat;
    }

    /// Writes one archive file with all of it.
    ///
    /// @param target does not exist yet
    /// @param staging where the target lies
    /// @return members of a folder that were left out, and why
    /// @throws IOException if there is not enough space, or it cannot be read
    List<String> copyTo(Path target, StagingArea staging, Cancellation cancellation)
            throws IOException {
        Path place = Objects.requireNonNull(target.getParent(), "lies in a working folder");
        try (FileChannel file = create(target)) {
            switch (form) {
                case Form.File _ ->
                        copyFiles(parent, List.of(name), file, staging, place, cancellation);
                case Form.Parts parts when parts.inParent() ->
                        copyFiles(parent, parts.names(), file, staging, place, cancellation);
                case Form.Parts parts -> {
                    try (Directory folder = parent.open(name)) {
                        copyFiles(folder, parts.names(), file, staging, place, cancellation);
                    }
                }
                case Form.Tree _ -> {
                    return packTree(file, staging, place, cancellation);
                }
            }
        }
        return List.of();
    }

    /// A copy of a tree of ours.
    ///
    /// @param treeSha256 the digest of the tree as it was copied
    /// @param fileSha256 the digest of the file that was written
    /// @param leftOut members that were left out, and why
    record TreeInFile(String treeSha256, String fileSha256, List<String> leftOut) {
        TreeInFile {
            leftOut = List.copyOf(leftOut);
        }
    }

    /// Writes one archive file with all of a tree, and digests the tree on the way. The file is not
    /// to be used unless the digest is the one of a manifest that is believed.
    ///
    /// @param target does not exist yet
    /// @param staging where the target lies
    /// @throws IOException if it is no tree, there is not enough space, or it cannot be read
    TreeInFile copyTreeTo(Path target, StagingArea staging, Cancellation cancellation)
            throws IOException {
        if (!(form instanceof Form.Tree)) {
            throw new IOException(name + " is not a tree of an incremental backup");
        }
        Path place = Objects.requireNonNull(target.getParent(), "lies in a working folder");
        Path spillFile = target.resolveSibling(target.getFileName() + ".lines");
        try (FileChannel file = create(target);
                Directory folder = parent.open(name);
                CpmoveWriter writer = begin(file, folder, staging, place, cancellation);
                DigestingSink sink = DigestingSink.begin(writer, folder, spillFile, cancellation)) {
            List<String> leftOut = FolderPacker.ofProvenTree(sink, cancellation).pack(folder);
            String sha256 = writer.finish().sha256();
            return new TreeInFile(sink.finish(), sha256, leftOut);
        }
    }

    /// The digest of a tree as it is now. Nothing is written but lines that wait.
    ///
    /// @param spillFile for these lines, removed at the end
    /// @throws IOException if it is no tree, or cannot be read
    String treeSha256(Path spillFile, Cancellation cancellation) throws IOException {
        if (!(form instanceof Form.Tree)) {
            throw new IOException(name + " is not a tree of an incremental backup");
        }
        try (WritableByteChannel nowhere = Channels.newChannel(OutputStream.nullOutputStream());
                Directory folder = parent.open(name);
                CpmoveWriter writer =
                        CpmoveWriter.open(
                                nowhere,
                                name,
                                folder.stat().mtimeSeconds(),
                                new Packing.Plain(),
                                cancellation);
                DigestingSink sink = DigestingSink.begin(writer, folder, spillFile, cancellation)) {
            FolderPacker.ofProvenTree(sink, cancellation).pack(folder);
            writer.finish();
            return sink.finish();
        }
    }

    private static FileChannel create(Path target) throws IOException {
        return FileChannel.open(
                target,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                BackupDirectory.FILE_MODE);
    }

    private CpmoveWriter begin(
            FileChannel target,
            Directory folder,
            StagingArea staging,
            Path place,
            Cancellation cancellation)
            throws IOException {
        staging.requireSpace(place, FolderPacker.measure(folder, cancellation));
        return CpmoveWriter.open(
                target, name, folder.stat().mtimeSeconds(), new Packing.Plain(), cancellation);
    }

    private static void copyFiles(
            Directory folder,
            List<ByteName> names,
            FileChannel target,
            StagingArea staging,
            Path place,
            Cancellation cancellation)
            throws IOException {
        long size = 0;
        for (ByteName name : names) {
            size += folder.stat(name).sizeBytes();
        }
        staging.requireSpace(place, size);
        byte[] block = new byte[BLOCK];
        for (ByteName name : names) {
            try (PosixFile source = folder.openForReading(name)) {
                ByteBuffer bytes = ByteBuffer.wrap(block);
                while (source.read(bytes.clear()) > 0) {
                    cancellation.check();
                    bytes.flip();
                    while (bytes.hasRemaining()) {
                        target.write(bytes);
                    }
                }
            }
        }
    }

    private List<String> packTree(
            FileChannel target, StagingArea staging, Path place, Cancellation cancellation)
            throws IOException {
        try (Directory folder = parent.open(name);
                CpmoveWriter writer = begin(target, folder, staging, place, cancellation)) {
            List<String> leftOut = new FolderPacker(writer, cancellation).pack(folder);
            writer.finish();
            return leftOut;
        }
    }

    /// Removes an archive with all its parts.
    ///
    /// @param path to its file, folder or first part, as [ArchiveFetcher] takes it
    /// @throws IOException if it cannot be removed as a whole
    public static void delete(Path path) throws IOException {
        try (HostArchive archive = open(path)) {
            archive.delete();
        }
    }

    /// Removes it: the file, all parts and the folder they lie in, or the folder.
    ///
    /// @throws IOException if it cannot be removed as a whole
    void delete() throws IOException {
        if (form instanceof Form.Parts parts && parts.inParent()) {
            for (ByteName part : parts.names()) {
                parent.removeFile(part);
            }
        } else {
            parent.removeTree(name);
        }
    }

    @Override
    public void close() throws IOException {
        parent.close();
    }
}
