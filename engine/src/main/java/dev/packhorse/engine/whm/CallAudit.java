package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import java.util.Set;

/// Is told of every call that changed something or might have, and of every one that was refused.
/// Safe for many threads.
@FunctionalInterface
public interface CallAudit {
    /// For dispatchers of which nobody keeps a record.
    CallAudit NONE = (_, _, _, _, _, _) -> {};

    /// How a call ended.
    enum End {
        DONE,
        FAILED,
        DENIED
    }

    /// Takes note of a call that has ended.
    ///
    /// @param parameters the names of those that were given; their values may be secrets
    /// @param account the account that it is about, empty for none
    /// @param reason why it failed or was refused, else empty
    void ended(
            Caller caller,
            String function,
            Set<String> parameters,
            String account,
            End end,
            String reason);
}
