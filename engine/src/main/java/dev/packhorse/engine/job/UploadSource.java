package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.AlikeRange;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TreeContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// From where one archive is sent on. One thread.
interface UploadSource extends AutoCloseable {
    /// Where the archive's index is, as a file; it may not be there.
    Path index();

    /// What lies beside the archive and goes with it, in the order in which it is sent.
    Map<ObjectKey, Content> beside() throws IOException;

    /// The archive itself.
    ///
    /// @param alike what it has in common with objects at the place it goes to
    Content archive(List<AlikeRange> alike);

    /// The tree itself, where it is one and not a file.
    ///
    /// @param earlier keys of the account's trees at the place it goes to
    TreeContent tree(List<ObjectKey> earlier);

    /// Whether it is still where it was found. An archive in the backup directory may be released
    /// while it is read, and a later one of the same date may take its place.
    boolean isThere();

    @Override
    void close() throws IOException;
}
