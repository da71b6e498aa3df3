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
/// @param id which no other upload has
/// @param publishing true once the move may have been asked for
record DavUploadState(String id, long sizeBytes, String sha256, boolean publishing) {
    private static final int LONGEST_KEY = 1024;

    static DavUploadState fresh(Content content) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        return new DavUploadState(id, content.sizeBytes(), content.sha256(), false);
    }

    /// Empty for a state that no driver of this form wrote.
    static Optional<DavUploadState> of(UploadState state) {
        SortedMap<String, String> values = state.values();
        String id = values.getOrDefault("id", "");
        String size = values.getOrDefault("size", "");
        if (!id.matches("[0-9a-f]{20}") || !size.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                new DavUploadState(
                        id,
                        Long.parseLong(size),
                        values.getOrDefault("sha256", ""),
                        values.containsKey("publishing")));
    }

    UploadState recorded() {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("id", id);
        values.put("size", String.valueOf(sizeBytes));
        values.put("sha256", sha256);
        if (publishing) {
            values.put("publishing", "yes");
        }
        return new UploadState(values);
    }

    DavUploadState toPublish() {
        return new DavUploadState(id, sizeBytes, sha256, true);
    }

    boolean isOf(Content content) {
        return sizeBytes == content.sizeBytes() && sha256.equals(content.sha256());
    }

    /// The file that the bytes go to first: beside the object, where there is room for its name.
    ObjectKey temporary(ObjectKey key) {
        String name = DavUpload.TEMPORARY + id;
        String folder = key.value().substring(0, key.value().lastIndexOf('/') + 1);
        return new ObjectKey(folder.length() + name.length() <= LONGEST_KEY ? folder + name : name);
    }
}
