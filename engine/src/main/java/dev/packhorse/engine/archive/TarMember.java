package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveEntry.DataRegion;
import dev.packhorse.engine.posix.ByteString;
import java.util.List;

/// A member as the tar stream declares it: well-formed, but with names that nobody has judged.
///
/// @param name its name, any bytes but NUL, not empty
/// @param linkName a link's target, else empty
/// @param sizeBytes a regular file's logical size, else 0
/// @param regions a regular file's data regions when it has holes, as in [ArchiveEntry.RegularFile]
record TarMember(
        ByteString name,
        TarType type,
        ByteString linkName,
        Attributes attributes,
        long sizeBytes,
        List<DataRegion> regions) {
    TarMember {
        regions = List.copyOf(regions);
    }

    /// The name as it may stand in a message.
    String shown() {
        return show(name);
    }

    /// Bytes as they may stand in a message: one line, not too long.
    static String show(ByteString bytes) {
        String text = bytes.length() > 200 ? bytes.substring(0, 200).display() : bytes.display();
        return bytes.length() > 200 ? text + "…" : text;
    }
}
