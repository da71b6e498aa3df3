package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.util.HashMap;
import java.util.Map;

/// Picks the extended attributes that belong to the account. Those of other name spaces (ACLs,
/// capabilities, labels) are the system's and neither packed nor restored.
final class UserXattrs {
    private static final ByteString PREFIX = ByteString.of("user.");

    private UserXattrs() {}

    static Map<ByteString, ByteString> of(Map<ByteString, ByteString> all) {
        if (all.isEmpty()) {
            return all;
        }
        Map<ByteString, ByteString> own = new HashMap<>(all);
        own.keySet().removeIf(name -> !name.startsWith(PREFIX));
        return own;
    }

    /// Sets them on a file or folder. An attribute is not worth losing the file for: where one
    /// cannot be set, the others still are.
    ///
    /// @return whether all were set
    /// @throws PosixException if the disk fails
    static boolean restore(Map<ByteString, ByteString> all, Setter setter) throws PosixException {
        boolean complete = true;
        for (Map.Entry<ByteString, ByteString> each : of(all).entrySet()) {
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

    /// Sets one attribute.
    @FunctionalInterface
    interface Setter {
        void set(ByteString name, ByteString value) throws PosixException;
    }
}
