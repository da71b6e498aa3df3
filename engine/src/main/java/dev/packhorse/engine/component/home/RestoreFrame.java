package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A folder that is being filled, with the mode and time that it gets when the restore leaves it:
/// until then its owner can write there, and every new entry changes its time. One thread.
final class RestoreFrame {
    private static final int OWNER_ALL = 0700;

    /// Null for the home itself.
    final @Nullable ByteName name;

    final Directory directory;
    private final boolean own;
    private final int modeNow;
    private RestoredRights rights;
    private long mtimeSeconds;
    private int mtimeNanos;
    private Map<ByteString, ByteString> lists = Map.of();

    /// Makes the folder writable for its owner if need be. Until [#take] says otherwise it gets
    /// back what it had.
    RestoreFrame(@Nullable ByteName name, Directory directory, int uid) throws IOException {
        FileStat stat = directory.stat();
        this.name = name;
        this.directory = directory;
        this.rights = new RestoredRights(stat.mode(), OptionalInt.empty());
        this.mtimeSeconds = stat.mtimeSeconds();
        this.mtimeNanos = stat.mtimeNanos();
        this.own = stat.uid() == uid;
        boolean open = (stat.mode() & OWNER_ALL) == OWNER_ALL || !own;
        this.modeNow = open ? stat.mode() : stat.mode() | OWNER_ALL;
        if (!open) {
            var _ = directory.setModeAsAllowed(modeNow);
        }
    }

    /// Sets what the folder gets at the end.
    void take(RestoredRights wanted, Attributes attributes) {
        rights = wanted;
        mtimeSeconds = attributes.mtimeSeconds();
        mtimeNanos = attributes.mtimeNanos();
        lists = UserXattrs.late(attributes.xattrs());
    }

    /// Whether the folder is the account's. The customer may have put one of somebody else's here,
    /// by renaming: root must not give that away.
    boolean isOwn() {
        return own;
    }

    /// Gives the folder, which must be the account's, its group, access lists, mode and time.
    ///
    /// @return what it could not be given, as a sentence that goes on behind its name
    /// @param owner gives folders to groups, which the account cannot
    Optional<String> settle(OwnerAccess owner, int uid) throws IOException {
        if (rights.group().isPresent()) {
            int group = rights.group().getAsInt();
            owner.run(() -> directory.setOwner(uid, group));
        }
        boolean complete = UserXattrs.restore(lists, directory::setXattr);
        boolean whole = true;
        if (rights.mode() != modeNow || rights.group().isPresent() || !lists.isEmpty()) {
            whole = directory.setModeAsAllowed(rights.mode());
        }
        directory.setTimes(mtimeSeconds, mtimeNanos);
        if (!whole) {
            return Optional.of(RestoredRights.BITS_LOST);
        }
        return complete ? Optional.empty() : Optional.of(": its access lists could not be set");
    }
}
