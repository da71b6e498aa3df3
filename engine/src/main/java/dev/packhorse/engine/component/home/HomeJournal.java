package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Remembers in a file of root's what a restore made in a home where nothing was, so that a failed
/// one can take it away again. Takes memory for one name, however many there are. One thread.
final class HomeJournal implements AutoCloseable {
    private static final int OWNER_ALL = 0700;

    private final Path file;
    private final DataOutputStream out;

    /// @param folder for root alone
    HomeJournal(Path folder) throws IOException {
        file = Files.createTempFile(folder, "made", ".paths");
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /// Something was made.
    ///
    /// @param path below the home
    void made(BytePath path) throws IOException {
        byte[] bytes = path.value().toBytes();
        out.write(bytes);
        // behind the name, since the last one is taken away first
        out.writeInt(bytes.length);
    }

    /// Takes away what was made, the last first, through held folders and no link.
    ///
    /// @return how many stay, because they hold something that came later, or cannot be removed
    long undo(Directory home) throws IOException {
        out.flush();
        long left = 0;
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "r")) {
            for (long end = made.length(); end > 0; ) {
                made.seek(end - Integer.BYTES);
                byte[] bytes = new byte[made.readInt()];
                end -= Integer.BYTES + bytes.length;
                made.seek(end);
                made.readFully(bytes);
                left += remove(home, new BytePath(ByteString.of(bytes))) ? 0 : 1;
            }
        }
        return left;
    }

    private static boolean remove(Directory home, BytePath path) throws IOException {
        ByteName name = path.name();
        int length = path.value().length() - name.value().length() - 1;
        try (Directory folder =
                length < 0
                        ? home.duplicate()
                        : home.openBeneath(new BytePath(path.value().substring(0, length)))) {
            FileStat above = folder.stat();
            if ((above.mode() & OWNER_ALL) != OWNER_ALL) {
                folder.setMode(above.mode() | OWNER_ALL);
            }
            Optional<FileStat> there = folder.find(name);
            if (there.isPresent() && there.get().type() == FileType.DIRECTORY) {
                folder.removeDirectory(name);
            } else if (there.isPresent()) {
                folder.removeFile(name);
            }
            return true;
        } catch (PosixException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.delete(file);
    }
}
