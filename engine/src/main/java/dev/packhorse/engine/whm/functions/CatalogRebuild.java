package dev.packhorse.engine.whm.functions;

import java.io.IOException;

/// Finds restore points anew in the backup directory. Safe for many threads; a second call waits
/// for the first.
@FunctionalInterface
public interface CatalogRebuild {
    /// Adds what is there and is not in the catalog.
    ///
    /// @return how many points are new
    /// @throws IOException if the directory cannot be read
    int rebuild() throws IOException;
}
