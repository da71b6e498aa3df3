package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The accounts of this server, read afresh on each call. Safe for many threads. An account whose
/// description cannot be read is left out of [#names()] only if it is no account at all; [#find]
/// tells what is wrong with it.
public interface AccountDirectory {
    /// The word that configures this source: `cpanel` or `unix`.
    String source();

    /// The names of all accounts, sorted.
    ///
    /// @throws IOException if the source cannot be read
    List<AccountName> names() throws IOException;

    /// One account, empty if there is none of this name.
    ///
    /// @throws IOException if its description cannot be read or is damaged; the message names the
    ///   file
    Optional<Account> find(AccountName name) throws IOException;

    /// The same accounts with the users that there are now, for going through all of them at once.
    /// To be used for one listing and dropped.
    default AccountDirectory atOneMoment() {
        return this;
    }

    /// The same kind of source on another root; one that keeps nothing below a root is the same on
    /// all.
    default AccountDirectory at(HostRoot root) {
        return this;
    }
}
