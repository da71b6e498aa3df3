package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import java.util.Optional;
import java.util.regex.Pattern;

/// The folder beside an object where rsync leaves what arrived of an upload that was cut short. Its
/// name tells the content, so what is left of another content is never gone on with.
///
/// @param name begins with [#PREFIX]
record UploadFolder(String name) {
    /// How all names begin that are no objects.
    static final String PREFIX = ".packhorse-upload-";

    /// Where rsync writes while it receives, below the folder of all objects: its own names beside
    /// the object would look like objects if the server died meanwhile.
    static final String TEMPORARY = PREFIX + "temp";

    private static final Pattern NAME = Pattern.compile("\\.packhorse-upload-[0-9a-f]{24}");
    private static final int DIGITS = 24;

    static UploadFolder of(Content content) {
        return new UploadFolder(PREFIX + content.sha256().substring(0, DIGITS));
    }

    /// Reads a recorded name, empty if it is none.
    static Optional<UploadFolder> parse(String name) {
        return NAME.matcher(name).matches()
                ? Optional.of(new UploadFolder(name))
                : Optional.empty();
    }

    /// Whether a path leads through such a folder.
    static boolean isPartOf(String path) {
        return path.startsWith(PREFIX) || path.contains("/" + PREFIX);
    }

    /// The folder in which an object lies, with a slash at its end; empty for the uppermost one.
    static String above(ObjectKey key) {
        return key.value().substring(0, key.value().lastIndexOf('/') + 1);
    }
}
