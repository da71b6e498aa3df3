package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;

/// Whether a caller may act on an account. The dispatcher asks for every ACCOUNT parameter; a
/// function that lists accounts asks for each. Safe for many threads.
@FunctionalInterface
public interface OwnerCheck {
    /// True for root, whether there is such an account or not; for others only if the account
    /// exists and is theirs. Answers for a foreign and for an unknown account are the same.
    ///
    /// @throws IOException if the account's description cannot be read
    boolean mayActOn(Caller caller, AccountName account) throws IOException;
}
