package dev.packhorse.transport.sftp;

import dev.packhorse.transport.spi.ObjectInfo;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a server says of a file.
///
/// Source: draft-ietf-secsh-filexfer-02 section 5
record SftpAttributes(OptionalLong size, OptionalInt mode, Optional<Instant> modified) {
    private static final int HAS_SIZE = 1;
    private static final int HAS_OWNER = 2;
    private static final int HAS_MODE = 4;
    private static final int HAS_TIMES = 8;
    private static final int HAS_MORE = 0x8000_0000;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;

    static SftpAttributes read(SftpReply reply) throws IOException {
        int flags = reply.readInt();
        OptionalLong size =
                (flags & HAS_SIZE) != 0 ? OptionalLong.of(reply.readLong()) : OptionalLong.empty();
        if ((flags & HAS_OWNER) != 0) {
            reply.readLong();
        }
        OptionalInt mode =
                (flags & HAS_MODE) != 0 ? OptionalInt.of(reply.readInt()) : OptionalInt.empty();
        Optional<Instant> modified = Optional.empty();
        if ((flags & HAS_TIMES) != 0) {
            reply.readInt();
            modified = Optional.of(Instant.ofEpochSecond(Integer.toUnsignedLong(reply.readInt())));
        }
        int more = (flags & HAS_MORE) != 0 ? reply.readInt() : 0;
        for (int i = 0; i < more; i++) {
            reply.readBytes();
            reply.readBytes();
        }
        return new SftpAttributes(size, mode, modified);
    }

    boolean isFile() {
        return size.isPresent() && size.getAsLong() >= 0 && typeIs(REGULAR);
    }

    boolean isFolder() {
        return typeIs(FOLDER);
    }

    private boolean typeIs(int type) {
        return mode.isPresent() && (mode.getAsInt() & TYPE) == type;
    }

    /// @throws IllegalStateException if this is no file
    long fileSize() {
        return size.orElseThrow(() -> new IllegalStateException("not a file"));
    }

    ObjectInfo info(ObjectKey key) {
        return new ObjectInfo(key, fileSize(), modified);
    }
}
