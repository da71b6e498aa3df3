package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.nio.ByteBuffer;

/// What a restore made in a home where nothing was.
///
/// @param path below the home
/// @param folder whether it is a folder, of which only the inode is compared
/// @param member the number of the archive's member for which it was made, from 1
/// @param inode tells it from what somebody else has put into its place
/// @param sizeBytes with the time, tells whether somebody has written into it
record MadeEntry(
        BytePath path, boolean folder, long member, long inode, long sizeBytes, long mtimeSeconds) {
    private static final int FIXED_BYTES = 1 + 4 * Long.BYTES;

    static MadeEntry of(BytePath path, long member, FileStat stat) {
        return new MadeEntry(
                path,
                stat.type() == FileType.DIRECTORY,
                member,
                stat.inode(),
                stat.sizeBytes(),
                stat.mtimeSeconds());
    }

    /// The same for another member.
    MadeEntry ofMember(long number) {
        return new MadeEntry(path, folder, number, inode, sizeBytes, mtimeSeconds);
    }

    byte[] encode() {
        byte[] name = path.value().toBytes();
        return ByteBuffer.allocate(FIXED_BYTES + name.length)
                .put((byte) (folder ? 1 : 0))
                .putLong(member)
                .putLong(inode)
                .putLong(sizeBytes)
                .putLong(mtimeSeconds)
                .put(name)
                .array();
    }

    /// @throws IllegalArgumentException if the bytes are not those of an entry
    static MadeEntry decode(byte[] bytes) {
        if (bytes.length <= FIXED_BYTES) {
            throw new IllegalArgumentException("too short for an entry");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean folder = in.get() == 1;
        long member = in.getLong();
        long inode = in.getLong();
        long sizeBytes = in.getLong();
        long mtimeSeconds = in.getLong();
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new MadeEntry(
                new BytePath(ByteString.of(name)), folder, member, inode, sizeBytes, mtimeSeconds);
    }

    /// Whether this is still what was made.
    boolean isStill(FileStat there) {
        boolean nowFolder = there.type() == FileType.DIRECTORY;
        return there.inode() == inode && nowFolder == folder && (folder || isSameContent(there));
    }

    private boolean isSameContent(FileStat there) {
        return there.sizeBytes() == sizeBytes && there.mtimeSeconds() == mtimeSeconds;
    }
}
