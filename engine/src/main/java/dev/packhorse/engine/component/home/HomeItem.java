package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixFile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A member of a run, as the walk saw it.
sealed interface HomeItem {
    /// In the archive.
    BytePath path();

    FileStat stat();

    /// A small file.
    ///
    /// @param held the file, opened by the walk; null to have it opened when it is packed
    record SmallFile(BytePath path, FileStat stat, @Nullable PosixFile held) implements HomeItem {}

    record Folder(BytePath path, FileStat stat, Map<ByteString, ByteString> xattrs)
            implements HomeItem {}

    record Symlink(BytePath path, FileStat stat, ByteString target) implements HomeItem {}

    /// A further name of a file that was packed under another.
    record FurtherName(BytePath path, FileStat stat, BytePath first) implements HomeItem {}
}
