package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.SecretSeal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Destinations whose secrets were sealed by a key that is gone. A new key is made all the same,
/// since nothing else would go on either; but whoever has the old one must hear of it.
final class SealedSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(SealedSecrets.class);

    private SealedSecrets() {}

    /// Tells of them, before the new key is made.
    ///
    /// @param folder where the destinations are
    static void warnWithoutKey(Path state, Path folder) throws IOException {
        for (Path file : withoutKey(state, folder)) {
            LOG.atError()
                    .addKeyValue("destination", file)
                    .addKeyValue("key", state.resolve(StateKey.DESTINATIONS.fileName()))
                    .log(
                            "its secrets were sealed by a key that is not there: stop the daemon and"
                                    + " bring the key back from a copy of the state folder or the"
                                    + " recovery kit, or set the secrets again");
        }
    }

    /// The files of destinations with a sealed secret, none while there is a key.
    static List<Path> withoutKey(Path state, Path folder) throws IOException {
        List<Path> sealed = new ArrayList<>();
        if (Files.exists(state.resolve(StateKey.DESTINATIONS.fileName()))
                || !Files.isDirectory(folder)) {
            return sealed;
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, "*.backup_destination")) {
            for (Path file : files) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && SecretSeal.isIn(file)) {
                    sealed.add(file);
                }
            }
        }
        return sealed;
    }
}
