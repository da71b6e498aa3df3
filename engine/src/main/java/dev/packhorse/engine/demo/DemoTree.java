package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes new entries below one folder. Every entry gets a modification time that depends on its
/// path alone; those of folders are set by [#finish()], when nothing changes in them any more. One
/// thread.
final class DemoTree implements AutoCloseable {
    private static final long NEWEST = 1_767_225_600L;
    private static final long SPAN = 2L * 365 * 86_400;
    private static final long NANOS = 1_000_000_000L;

    private final Directory top;
    private final Set<BytePath> made = new HashSet<>();
    private final List<BytePath> folders = new ArrayList<>();
    private @Nullable BytePath openPath;
    private @Nullable Directory open;

    /// @param top where it writes; stays open
    DemoTree(Directory top) {
        this.top = top;
    }

    /// Makes a folder; missing ones above it get mode 0755.
    void folder(String path, int mode) throws IOException {
        folder(BytePath.of(path), mode);
    }

    void folder(BytePath path, int mode) throws IOException {
        if (made.add(path)) {
            parent(path).makeDirectory(path.name(), mode).close();
            folders.add(path);
        }
    }

    /// Makes a folder of somebody.
    void folder(String path, FileRights rights) throws IOException {
        folder(path, rights.mode());
        BytePath folder = BytePath.of(path);
        try (Directory made = parent(folder).open(folder.name())) {
            made.setOwner(rights.uid(), rights.gid());
            made.setMode(rights.mode());
        }
    }

    void file(String path, int mode, String content) throws IOException {
        file(BytePath.of(path), mode, content.getBytes(StandardCharsets.UTF_8));
    }

    void file(BytePath path, int mode, byte[] content) throws IOException {
        try (PosixFile file = parent(path).create(path.name(), mode & 0777)) {
            file.write(ByteBuffer.wrap(content));
            if (mode > 0777) {
                file.setMode(mode);
            }
            file.setTimes(seconds(path), nanos(path));
        }
    }

    /// Makes a file of somebody.
    void file(String path, FileRights rights, String content) throws IOException {
        BytePath name = BytePath.of(path);
        try (PosixFile file = parent(name).create(name.name(), 0600)) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            file.setOwner(rights.uid(), rights.gid());
            complete(name, file, rights.mode());
        }
    }

    /// Opens a new file to be filled; [#complete] ends it.
    PosixFile create(BytePath path) throws IOException {
        return parent(path).create(path.name(), 0600);
    }

    /// Gives a filled file its mode, last because writing takes setuid bits away, and its time.
    void complete(BytePath path, PosixFile file, int mode) throws IOException {
        file.setMode(mode);
        file.setTimes(seconds(path), nanos(path));
    }

    void symlink(String path, String target) throws IOException {
        BytePath link = BytePath.of(path);
        parent(link).makeSymlink(link.name(), ByteString.of(target));
        stamp(link);
    }

    /// Makes a further name of a file in the same or another folder.
    void hardLink(String existing, String path) throws IOException {
        BytePath target = BytePath.of(existing);
        BytePath link = BytePath.of(path);
        try (Directory targetFolder = parent(target).duplicate()) {
            parent(link).makeHardLink(targetFolder, target.name(), link.name());
        }
    }

    /// The open folder that holds an entry, made if it is missing; valid until the next call.
    Directory parent(BytePath path) throws IOException {
        List<ByteName> names = path.names();
        if (names.size() == 1) {
            return top;
        }
        int length = path.value().length() - path.name().value().length() - 1;
        BytePath folder = new BytePath(path.value().substring(0, length));
        if (open != null && folder.equals(openPath)) {
            return open;
        }
        folder(folder, 0755);
        close();
        Directory opened = top.openBeneath(folder);
        open = opened;
        openPath = folder;
        return opened;
    }

    /// Sets an entry's time to the one of its path.
    void stamp(BytePath path) throws IOException {
        parent(path).setTimes(path.name(), seconds(path), nanos(path));
    }

    /// Sets the times of all folders, the top's included.
    void finish() throws IOException {
        for (BytePath folder : folders.reversed()) {
            stamp(folder);
        }
        close();
        top.setTimes(NEWEST, 0);
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
            open = null;
            openPath = null;
        }
    }

    private static long seconds(BytePath path) {
        return NEWEST - DemoText.hash(path.toString()) % SPAN;
    }

    private static int nanos(BytePath path) {
        return (int) (DemoText.hash("ns " + path) % NANOS);
    }
}
