package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.UploadState;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What one upload must remember.
///
/// @param root the mark of the destination
/// @param file the id that the file has once it is complete
/// @param session the address that takes the content; who knows it can write there
record GdriveUploadState(
        String root, String key, String file, URI session, long sizeBytes, String sha256) {
    private static final String DRIVER = "gdrive";
    private static final int LONGEST_ADDRESS = 8 * 1024;

    static boolean isUsable(String session) {
        return session.length() <= LONGEST_ADDRESS && session.matches("https?://[\\x21-\\x7e]+");
    }

    /// Empty for a state that another driver wrote.
    static Optional<GdriveUploadState> of(UploadState state) {
        Map<String, String> values = state.values();
        String size = values.getOrDefault("size", "");
        String session = values.getOrDefault("session", "");
        if (!DRIVER.equals(values.get("driver"))
                || !size.matches("[0-9]{1,18}")
                || !isUsable(session)
                || !DriveFile.isId(values.getOrDefault("file", ""))) {
            return Optional.empty();
        }
        return Optional.of(
                new GdriveUploadState(
                        values.getOrDefault("root", ""),
                        values.getOrDefault("key", ""),
                        values.getOrDefault("file", ""),
                        URI.create(session),
                        Long.parseLong(size),
                        values.getOrDefault("sha256", "")));
    }

    UploadState recorded() {
        return new UploadState(
                new TreeMap<>(
                        Map.of(
                                "driver", DRIVER,
                                "root", root,
                                "key", key,
                                "file", file,
                                "session", session.toString(),
                                "size", Long.toString(sizeBytes),
                                "sha256", sha256)));
    }

    boolean isOf(String otherRoot, ObjectKey otherKey, Content content) {
        return root.equals(otherRoot)
                && key.equals(otherKey.value())
                && sizeBytes == content.sizeBytes()
                && sha256.equals(content.sha256());
    }

    @Override
    public String toString() {
        return "GdriveUploadState[" + key + "]";
    }
}
