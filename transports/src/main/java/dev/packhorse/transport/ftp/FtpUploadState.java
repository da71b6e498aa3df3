package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// What one upload must remember.
///
/// @param name of the file that the bytes go to first
/// @param publishing true once the rename may have been asked for
record FtpUploadState(String name, long sizeBytes, String sha256, boolean publishing) {
    private static final int LONGEST_KEY = 1024;

    /// A name that no upload has had.
    static FtpUploadState fresh(Content content) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        return new FtpUploadState(
                FtpUpload.TEMPORARY + id, content.sizeBytes(), content.sha256(), false);
    }

    /// Empty for a state that no driver of this form wrote.
    static Optional<FtpUploadState> of(UploadState state) {
        SortedMap<String, String> values = state.values();
        String name = values.getOrDefault("name", "");
        String size = values.getOrDefault("size", "");
        if (!name.matches("\\Q" + FtpUpload.TEMPORARY + "\\E[0-9a-f]{20}")
                || !size.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                new FtpUploadState(
                        name,
                        Long.parseLong(size),
                        values.getOrDefault("sha256", ""),
                        values.containsKey("publishing")));
    }

    UploadState recorded() {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("name", name);
        values.put("size", String.valueOf(sizeBytes));
        values.put("sha256", sha256);
        if (publishing) {
            values.put("publishing", "yes");
        }
        return new UploadState(values);
    }

    FtpUploadState toPublish() {
        return new FtpUploadState(name, sizeBytes, sha256, true);
    }

    boolean isOf(Content content) {
        return sizeBytes == content.sizeBytes() && sha256.equals(content.sha256());
    }

    /// The file that the bytes go to first: beside the object, where there is room for its name.
    ObjectKey temporary(ObjectKey key) {
        return beside(key, name);
    }

    /// Where the old object waits on servers that cannot rename over it.
    ObjectKey aside(ObjectKey key) {
        return beside(key, name + "-old");
    }

    private static ObjectKey beside(ObjectKey key, String name) {
        String folder = key.value().substring(0, key.value().lastIndexOf('/') + 1);
        return new ObjectKey(folder.length() + name.length() <= LONGEST_KEY ? folder + name : name);
    }
}
