package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What modules besides Homedir do in a home: always with the account's rights, through held
/// folders, and never through a link.
public final class HomeWork {
    private static final int BLOCK = 1 << 13;

    private HomeWork() {}

    /// Does the work in an account's home, on a thread that has the account's rights.
    ///
    /// @throws ComponentException if there is no home, or it is not safe to open
    public static <R> R in(HostRoot root, Account account, Work<R> work)
            throws ComponentException, IOException {
        try (Directory home = HomeFolder.open(root, account)) {
            return AsAccount.call(account, () -> work.run(home));
        }
    }

    /// A folder below an open one; empty if it is absent, a link, or not the account's to enter.
    /// The caller closes it.
    public static Optional<Directory> open(Directory home, String path) throws IOException {
        try {
            return Optional.of(
                    path.isEmpty() ? home.duplicate() : home.openBeneath(BytePath.of(path)));
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT)
                    || e.is(Errno.ELOOP)
                    || e.is(Errno.ENOTDIR)
                    || e.is(Errno.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The text of a regular file, its bytes taken one by one as characters, so that any content
    /// goes in and out unchanged; empty if it is absent, no such file, not readable, or longer.
    public static Optional<String> text(Directory folder, ByteName name, int mostBytes)
            throws IOException {
        Optional<FileStat> stat = folder.find(name);
        if (stat.isEmpty()
                || stat.get().type() != FileType.REGULAR
                || stat.get().sizeBytes() > mostBytes) {
            return Optional.empty();
        }
        try (PosixFile file = folder.openForReading(name)) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (content.size() <= mostBytes && file.read(block) >= 0) {
                content.write(block.array(), 0, block.position());
                block.clear();
            }
            return content.size() > mostBytes
                    ? Optional.empty()
                    : Optional.of(content.toString(StandardCharsets.ISO_8859_1));
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.EACCES) || e.is(Errno.ELOOP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Puts a file with this text in the place of one, or makes it; see [#text] for characters.
    public static void replace(Directory folder, ByteName name, String text, int mode)
            throws IOException {
        Replacement.put(
                folder,
                name,
                () -> {
                    try (PosixFile file = folder.create(Replacement.TEMPORARY, mode)) {
                        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                        file.sync();
                    }
                });
    }

    /// Work in an open home.
    @FunctionalInterface
    public interface Work<R> {
        R run(Directory home) throws ComponentException, IOException;
    }
}
