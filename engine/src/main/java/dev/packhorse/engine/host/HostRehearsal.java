package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out what work on a host would change, without changing it. The work is given [#root],
/// below which it finds an empty folder of ours; files that it did not change are read from the
/// real root. Since it never learns of the real root, what goes past [HostFiles] ends in the empty
/// folder too, and no service is driven. One thread.
public final class HostRehearsal implements HostWatch {
    private final HostRoot base;
    private final HostRoot root;
    private final Map<String, Boolean> present = new HashMap<>();
    private final Map<String, Optional<Seen>> before = new LinkedHashMap<>();

    /// @param base what is rehearsed
    /// @param folder empty, for root alone
    public HostRehearsal(HostRoot base, Path folder) throws IOException {
        // the lock of the user database lies in it, and is none of the host's files
        Files.createDirectory(folder.resolve("etc"));
        this.base = base;
        this.root = new HostRoot(folder, this);
    }

    /// The root for the work.
    public HostRoot root() {
        return root;
    }

    /// The root that is rehearsed.
    public HostRoot base() {
        return base;
    }

    /// A change that the work would make.
    ///
    /// @param path absolute, as the host knows it
    public record Change(Kind kind, String path) {
        /// What would become of it.
        public enum Kind {
            CREATE,
            REPLACE,
            REMOVE
        }
    }

    /// What a file was.
    private record Seen(FileStat stat, ByteString content) {}

    boolean touched(String path) {
        return present.containsKey(path);
    }

    boolean removed(String path) {
        return Boolean.FALSE.equals(present.get(path));
    }

    @Override
    public void before(String path) throws IOException {
        if (!before.containsKey(path)) {
            before.put(path, look(path));
        }
    }

    @Override
    public void after(String path) throws IOException {
        present.put(path, new PlainFiles(root).stat(path).isPresent());
    }

    private Optional<Seen> look(String path) throws IOException {
        HostFiles files = new HostFiles(root);
        Optional<FileStat> stat = files.stat(path);
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        boolean small =
                stat.get().type() == FileType.REGULAR
                        && stat.get().sizeBytes() <= HostFiles.DEFAULT_LIMIT;
        byte[] content =
                small
                        ? files.readBytes(path, HostFiles.DEFAULT_LIMIT).orElse(new byte[0])
                        : new byte[0];
        return Optional.of(new Seen(stat.get(), ByteString.of(content)));
    }

    /// The changes since the last call, in their order, each path once; what ends as it was is
    /// none. Folders are told when they are made.
    public List<Change> drain() throws IOException {
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, Optional<Seen>> each : before.entrySet()) {
            kind(each.getValue(), look(each.getKey()))
                    .ifPresent(kind -> changes.add(new Change(kind, each.getKey())));
        }
        before.clear();
        return changes;
    }

    private static Optional<Change.Kind> kind(Optional<Seen> was, Optional<Seen> is) {
        if (was.isEmpty()) {
            return is.isEmpty() ? Optional.empty() : Optional.of(Change.Kind.CREATE);
        }
        if (is.isEmpty()) {
            return Optional.of(Change.Kind.REMOVE);
        }
        FileStat old = was.get().stat();
        FileStat now = is.get().stat();
        boolean same =
                old.type() == now.type()
                        && old.mode() == now.mode()
                        && old.uid() == now.uid()
                        && old.gid() == now.gid()
                        && (old.type() == FileType.DIRECTORY
                                || (old.sizeBytes() == now.sizeBytes()
                                        && was.get().content().equals(is.get().content())));
        return same ? Optional.empty() : Optional.of(Change.Kind.REPLACE);
    }
}
