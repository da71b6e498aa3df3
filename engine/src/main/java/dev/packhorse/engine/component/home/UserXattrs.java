package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteString;
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
}
