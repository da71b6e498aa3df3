package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;

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

    /// Puts `!` before the password hash, or takes it away; the day of its last change stays.
    void lockPassword(AccountName user, boolean locked) throws IOException;

    /// Sets the password hash, which [NewUser#isHash] must take.
    void setPasswordHash(AccountName user, String hash) throws IOException;
}
