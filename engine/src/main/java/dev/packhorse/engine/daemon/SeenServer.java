package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.DatabaseSearch.Found;
import dev.packhorse.engine.component.DatabaseSearch.Sign;
import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a database server was ever found here: a file that is there or not. Safe for many
/// threads.
///
/// @param mark the file
record SeenServer(Path mark) {
    private static final Logger LOG = LoggerFactory.getLogger(SeenServer.class);

    /// What a look found, which is noted if it is a server.
    ///
    /// @param sign whether there is something of a server, be it that it cannot be used
    <S> Found<S> found(Optional<S> server, String reason, boolean sign) {
        if (server.isEmpty()) {
            return sign ? new Found<>(server, reason, Sign.SEEN) : none(reason);
        }
        note();
        return new Found<>(server, reason, Sign.SEEN);
    }

    /// A look that found nothing.
    <S> Found<S> none(String reason) {
        return new Found<>(Optional.empty(), reason, Files.exists(mark) ? Sign.SEEN : Sign.NONE);
    }

    /// Whoever packs once without a daemon may have no state folder yet, and needs none for this.
    private void note() {
        Path folder = mark.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.exists(mark)) {
            return;
        }
        try {
            AtomicFile.replace(mark, "");
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", mark)
                    .setCause(e)
                    .log("that there is a database server could not be noted");
        }
    }
}
