package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.OptionalLong;

/// Changes the user database of a host that is not the running system.
final class UserFiles implements UserTools {
    private final UserDatabase users;

    UserFiles(HostRoot root) {
        this.users = new UserDatabase(root);
    }

    @Override
    public void add(NewUser user) throws IOException {
        users.add(user);
    }

    @Override
    public void remove(AccountName user) throws IOException {
        if (!users.remove(user)) {
            throw new IOException("no user " + user + " on this host");
        }
    }

    @Override
    public void setShell(AccountName user, String shell) throws IOException {
        users.setShell(user, shell);
    }

    @Override
    public void setExpiryDay(AccountName user, OptionalLong day) throws IOException {
        users.setExpiryDay(user, day);
    }

    @Override
    public void setPasswordHash(AccountName user, String hash) throws IOException {
        users.setPasswordHash(user, hash);
    }
}
