package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.OptionalLong;

/// Makes and changes users. Safe for many threads.
public interface UserTools {
    /// The tools for a host: the system's own programs on the running system, its user database
    /// below a foreign root.
    static UserTools of(HostRoot root) {
        return root.isForeign() ? new UserFiles(root) : new SystemUserTools();
    }

    /// Makes a user with a group of the same name, without touching the home.
    ///
    /// @throws IOException if the user exists or cannot be made
    void add(NewUser user) throws IOException;

    /// Removes a user and the group of the same name; files stay.
    ///
    /// @throws IOException if there is no such user, or it cannot be removed
    void remove(AccountName user) throws IOException;

    /// Sets the login shell.
    void setShell(AccountName user, String shell) throws IOException;

    /// Sets the day since 1970 from which on nobody is let in as the user, or, if empty, takes it
    /// away; the password stays as it is.
    void setExpiryDay(AccountName user, OptionalLong day) throws IOException;

    /// Sets the password hash, which [NewUser#isHash] must take.
    void setPasswordHash(AccountName user, String hash) throws IOException;
}
