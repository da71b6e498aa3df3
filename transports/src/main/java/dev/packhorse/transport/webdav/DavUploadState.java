package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// What one upload must remember.
///
/// @param key of the object
/// @param id which no other upload has
/// @param publishing true once the move may have been asked for
record DavUploadState(ObjectKey key, String id, long sizeBytes, String sha256, boolean publishing) {
    private static final int LONGEST_KEY = 1024;

    static DavUploadState fresh(ObjectKey key, Content content) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        return new DavUploadState(key, id, content.sizeBytes(), content.sha256(), false);
    }

    /// Empty for a state that no driver of this form wrote.
    static Optional<DavUploadState> of(UploadState state) {
        SortedMap<String, String> values = state.values();
        String id = values.getOrDefault("id", "");
        String size = values.getOrDefault("size", "");
        if (!id.matches("[0-9a-f]{20}") || !size.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new DavUploadState(
                            new ObjectKey(values.getOrDefault("key", "")),
                            id,
                            Long.parseLong(size),
                            values.getOrDefault("sha256", ""),
                            values.containsKey("publishing")));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    UploadState recorded() {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("key", key.value());
        values.put("id", id);
        values.put("size", String.valueOf(sizeBytes));
        values.put("sha256", sha256);
        if (publishing) {
            values.put("publishing", "yes");
        }
        return new UploadState(values);
    }

    DavUploadState toPublish() {
        return new DavUploadState(key, id, sizeBytes, sha256, true);
    }

    boolean isOf(Content content) {
        return sizeBytes == content.sizeBytes() && sha256.equals(content.sha256());
    }

    /// The file that the bytes go to first: beside the object, where there is room for its name.
    ObjectKey temporary() {
        String name = DavUpload.TEMPORARY + id;
        String folder = key.value().substring(0, key.value().lastIndexOf('/') + 1);
        return new ObjectKey(folder.length() + name.length() <= LONGEST_KEY ? folder + name : name);
    }
}
