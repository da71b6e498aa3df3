package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Picks the extended attributes that belong to the account: its own and the access lists of its
/// files. Those of other name spaces (capabilities, labels) are the system's and neither packed nor
/// restored.
final class UserXattrs {
    private static final ByteString PREFIX = ByteString.of("user.");
    private static final ByteString LISTS = ByteString.of("system.posix_acl_");

    private static final int OVERHEAD = 64;

    /// What a folder's or a large file's may take: the headers that hold them must fit into one
    /// block of an archive.
    private static final long MOST_BYTES = 96 << 10;

    private UserXattrs() {}

    static Map<ByteString, ByteString> of(Map<ByteString, ByteString> all) {
        if (all.isEmpty()) {
            return all;
        }
        Map<ByteString, ByteString> own = new HashMap<>(all);
        own.keySet().removeIf(name -> !name.startsWith(PREFIX) && !name.startsWith(LISTS));
        return own;
    }

    /// No less than what they take in an archive.
    static long bytes(Map<ByteString, ByteString> own) {
        long bytes = 0;
        for (Map.Entry<ByteString, ByteString> each : own.entrySet()) {
            // the text of an access list is at most three times as long as the attribute
            long times = each.getKey().startsWith(LISTS) ? 3 : 1;
            bytes += OVERHEAD + 3L * each.getKey().length() + times * each.getValue().length();
        }
        return bytes;
    }

    /// As [#of], none if they are too large for an archive: a customer must not stop the backup
    /// with them.
    ///
    /// @param warnings is told of that
    static Map<ByteString, ByteString> fitting(
            BytePath path, Map<ByteString, ByteString> all, Consumer<String> warnings) {
        Map<ByteString, ByteString> own = of(all);
        if (bytes(own) <= MOST_BYTES) {
            return own;
        }
        warnings.accept(tooLarge(path));
        return Map.of();
    }

    static String tooLarge(BytePath path) {
        return path + ": its extended attributes are too large and were left out";
    }

    /// The attributes of a folder that may be set before it is filled.
    static Map<ByteString, ByteString> early(Map<ByteString, ByteString> all) {
        Map<ByteString, ByteString> early = new HashMap<>(of(all));
        early.keySet().removeIf(name -> name.startsWith(LISTS));
        return early;
    }

    /// The access lists of a folder, which are set when it has been filled: one of them would be
    /// inherited by what is put there, the other might lock its owner out.
    static Map<ByteString, ByteString> late(Map<ByteString, ByteString> all) {
        Map<ByteString, ByteString> late = new HashMap<>(all);
        late.keySet().removeIf(name -> !name.startsWith(LISTS));
        return late;
    }

    /// Sets them on a file or folder. An attribute is not worth losing the file for: where one
    /// cannot be set, the others still are.
    ///
    /// @return whether all were set
    /// @throws PosixException if the disk fails
    static boolean restore(Map<ByteString, ByteString> all, Setter setter) throws PosixException {
        boolean complete = true;
        // access lists come last: one of them may take the right to set the others
        for (Map.Entry<ByteString, ByteString> each : lastFirst(all).entrySet()) {
            try {
                setter.set(each.getKey(), each.getValue());
            } catch (PosixException e) {
                if (e.is(Errno.EIO)) {
                    throw e;
                }
                complete = false;
            }
        }
        return complete;
    }

    /// Sorted from the last name to the first, so `user.` before `system.`.
    private static Map<ByteString, ByteString> lastFirst(Map<ByteString, ByteString> all) {
        return new TreeMap<>(of(all)).descendingMap();
    }

    /// Sets one attribute.
    @FunctionalInterface
    interface Setter {
        void set(ByteString name, ByteString value) throws PosixException;
    }
}
