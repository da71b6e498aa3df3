package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Picks the extended attributes that belong to the account: its own and the access lists of its
/// files. Those of other name spaces (capabilities, labels) are the system's and neither packed nor
/// restored.
final class UserXattrs {
    private static final ByteString PREFIX = ByteString.of("user.");
    private static final ByteString LISTS = ByteString.of("system.posix_acl_");

    private UserXattrs() {}

    static Map<ByteString, ByteString> of(Map<ByteString, ByteString> all) {
        if (all.isEmpty()) {
            return all;
        }
        Map<ByteString, ByteString> own = new HashMap<>(all);
        own.keySet().removeIf(name -> !name.startsWith(PREFIX) && !name.startsWith(LISTS));
        return own;
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
