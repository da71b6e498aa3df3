package dev.packhorse.transport.ssh;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules for a private key: a regular file, no link, that belongs to root or to the user who
/// runs this process, and that nobody else may read or write. A key that others can read is no
/// proof of anything.
public final class PrivateKeyFile {
    private static final long MOST_BYTES = 64 * 1024;
    private static final int OTHERS = 0077;

    private PrivateKeyFile() {}

    /// Checks the file's path, kind, owner, mode and size.
    ///
    /// @return the path
    /// @throws TransportException `REFUSED` saying what is wrong with it
    public static Path check(String text) throws TransportException {
        Path file = Path.of(text);
        if (!file.isAbsolute()) {
            throw refused(text, "it must be an absolute path on this server", null);
        }
        try {
            Map<String, Object> facts =
                    Files.readAttributes(
                            file, "unix:isRegularFile,uid,mode,size", LinkOption.NOFOLLOW_LINKS);
            if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
                throw refused(text, "it is not a regular file", null);
            }
            if (!(facts.get("uid") instanceof Integer uid && (uid == 0 || uid == ownUid()))) {
                throw refused(text, "it must belong to root", null);
            }
            if (!(facts.get("mode") instanceof Integer mode && (mode & OTHERS) == 0)) {
                throw refused(text, "others than its owner may use it: set its mode to 0600", null);
            }
            if (!(facts.get("size") instanceof Long size && size <= MOST_BYTES)) {
                throw refused(text, "it is too large for a key", null);
            }
            return file;
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw refused(text, "it cannot be read", e);
        }
    }

    private static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static TransportException refused(
            String file, String why, @Nullable IOException cause) {
        return new TransportException(
                Kind.REFUSED, "open destination: privatekey " + file + ": " + why, cause);
    }
}
