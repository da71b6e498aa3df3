package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.ObjectKey;
import java.util.UUID;

/// Where keys lie on the server.
///
/// @param root without a slash at its end; empty for the place where the login lands
record SftpPaths(String root) {
    /// Names that begin so are never objects: they are uploads under way, or what a killed one
    /// left.
    static final String TEMPORARY = ".packhorse-upload-";

    /// @param key empty for the root itself
    String of(String key) {
        if (key.isEmpty()) {
            return root.isEmpty() ? "." : root;
        }
        return switch (root) {
            case "" -> key;
            case "/" -> "/" + key;
            default -> root + "/" + key;
        };
    }

    String of(ObjectKey key) {
        return of(key.value());
    }

    /// A fresh name beside the key's place.
    String temporaryFor(ObjectKey key) {
        String folder = folderOf(key.value());
        String name = TEMPORARY + UUID.randomUUID();
        return of(folder.isEmpty() ? name : folder + "/" + name);
    }

    /// Whether a recorded name may be a temporary one of this key.
    boolean isTemporaryFor(ObjectKey key, String path) {
        String folder = folderOf(key.value());
        return path.startsWith(of(folder.isEmpty() ? TEMPORARY : folder + "/" + TEMPORARY))
                && path.indexOf('/', of(key).length() - key.name().length()) < 0;
    }

    /// The folder of a path, empty for none; `/` has none.
    static String folderOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
