package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.StreamedContent;
import dev.packhorse.transport.spi.UploadState;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// What one upload must remember.
///
/// @param key of the object
/// @param name of the file that the bytes go to first
/// @param streamed true for a stream, with which nobody can go on
/// @param sizeBytes 0 for a stream that is not to be published yet
/// @param sha256 empty for such a stream
/// @param publishing true once the rename may have been asked for
record FtpUploadState(
        ObjectKey key,
        String name,
        boolean streamed,
        long sizeBytes,
        String sha256,
        boolean publishing) {
    private static final int LONGEST_KEY = 1024;

    /// A name that no upload has had.
    static FtpUploadState fresh(ObjectKey key, Content content) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        String name = FtpUpload.TEMPORARY + id;
        return content instanceof StreamedContent
                ? new FtpUploadState(key, name, true, 0, "", false)
                : new FtpUploadState(
                        key, name, false, content.sizeBytes(), content.sha256(), false);
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
        try {
            return Optional.of(
                    new FtpUploadState(
                            new ObjectKey(values.getOrDefault("key", "")),
                            name,
                            values.containsKey("streamed"),
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
        values.put("name", name);
        if (streamed) {
            values.put("streamed", "yes");
        }
        values.put("size", String.valueOf(sizeBytes));
        values.put("sha256", sha256);
        if (publishing) {
            values.put("publishing", "yes");
        }
        return new UploadState(values);
    }

    /// The same once all of the content is there; that of a stream is known now.
    FtpUploadState toPublish(Content content) {
        return new FtpUploadState(key, name, streamed, content.sizeBytes(), content.sha256(), true);
    }

    /// Whether an upload of this content can go on with it.
    boolean isOf(Content content) {
        return !streamed
                && !(content instanceof StreamedContent)
                && sizeBytes == content.sizeBytes()
                && sha256.equals(content.sha256());
    }

    /// The file that the bytes go to first: beside the object, where there is room for its name.
    ObjectKey temporary() {
        return beside(name);
    }

    /// Where the old object waits on servers that cannot rename over it.
    ObjectKey aside() {
        return beside(name + "-old");
    }

    private ObjectKey beside(String file) {
        String folder = key.value().substring(0, key.value().lastIndexOf('/') + 1);
        return new ObjectKey(folder.length() + file.length() <= LONGEST_KEY ? folder + file : file);
    }
}
