package dev.packhorse.engine.component.live;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostContent;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Packs and restores folders of the host that root or a service owns: folders and regular files
/// alone, links and the like are left out and told. For folders in which no account can write. One
/// thread.
public final class HostTree {
    private static final int MOST_DEPTH = 16;
    private static final Pattern PLAIN = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    private final HostFiles files;
    private final Cancellation cancellation;
    private final ItemList leftOut = new ItemList();
    private long count;

    public HostTree(HostFiles files, Cancellation cancellation) {
        this.files = files;
        this.cancellation = cancellation;
    }

    /// How many files were packed or restored.
    public long count() {
        return count;
    }

    /// What was left out, a sentence each.
    public ItemList leftOut() {
        return leftOut;
    }

    /// Packs what lies in a folder of the host; an absent one holds nothing.
    public void pack(String folder, String member, ArchiveSink sink) throws IOException {
        if (files.stat(folder).isEmpty()) {
            return;
        }
        try (Directory directory = files.open(folder)) {
            pack(directory, member, sink, 1);
        }
    }

    private void pack(Directory folder, String member, ArchiveSink sink, int depth)
            throws IOException {
        sink.addFolder(member, 0700);
        for (ByteName name : folder.list()) {
            cancellation.check();
            String path = member + "/" + name;
            FileStat stat = folder.stat(name);
            switch (stat.type()) {
                case DIRECTORY -> {
                    if (depth == MOST_DEPTH) {
                        leftOut.add(path + ": deeper than " + MOST_DEPTH + " folders");
                    } else {
                        try (Directory below = folder.open(name)) {
                            pack(below, path, sink, depth + 1);
                        }
                    }
                }
                case REGULAR -> packFile(folder, name, path, sink);
                case SYMLINK, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                        leftOut.add(path + ": neither a file nor a folder");
            }
        }
    }

    /// Packs one file of an open folder, as long as it was when it was opened.
    public void packFile(Directory folder, ByteName name, String member, ArchiveSink sink)
            throws IOException {
        try (PosixFile file = folder.openForReading(name)) {
            FileStat stat = file.openedStat();
            Attributes attributes = Attributes.ofRoot(0600, stat.mtimeSeconds());
            long given =
                    sink.add(
                            ArchiveEntry.RegularFile.of(
                                    BytePath.of(member), attributes, stat.sizeBytes()),
                            file::read);
            if (given < stat.sizeBytes()) {
                leftOut.add(member + ": became shorter while it was packed");
            }
            count++;
        }
    }

    /// Restores a folder of the archive into a folder of the host, which is made if it is missing.
    ///
    /// @param fileRights and `folderRights` of what is made
    public void restore(
            ArchiveSource source,
            String member,
            String folder,
            FileRights fileRights,
            FileRights folderRights)
            throws IOException {
        restore(source, member, folder, fileRights, folderRights, 1);
    }

    private void restore(
            ArchiveSource source,
            String member,
            String folder,
            FileRights fileRights,
            FileRights folderRights,
            int depth)
            throws IOException {
        files.makeFolder(folder, folderRights);
        for (String name : source.names(member)) {
            cancellation.check();
            String path = member + "/" + name;
            Optional<Path> file = source.file(path);
            if (!PLAIN.matcher(name).matches()) {
                leftOut.add(JsonFields.printable(path) + ": a name with control characters");
            } else if (file.isPresent()) {
                restoreFile(file.get(), folder, ByteName.of(name), fileRights);
            } else if (depth == MOST_DEPTH) {
                leftOut.add(path + ": deeper than " + MOST_DEPTH + " folders");
            } else {
                restore(source, path, folder + "/" + name, fileRights, folderRights, depth + 1);
            }
        }
    }

    /// Restores one file into an existing folder of the host.
    public void restoreFile(Path unpacked, String folder, ByteName name, FileRights whenNew)
            throws IOException {
        try (InputStream content = Files.newInputStream(unpacked)) {
            new HostContent(files).write(folder, name, content, whenNew);
        }
        count++;
    }
}
