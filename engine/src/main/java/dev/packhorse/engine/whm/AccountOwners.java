package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;

/// The owner check against the accounts of this server: a reseller acts on the accounts it owns and
/// on its own. Safe for many threads.
public final class AccountOwners implements OwnerCheck {
    private final AccountDirectory accounts;

    public AccountOwners(AccountDirectory accounts) {
        this.accounts = accounts;
    }

    @Override
    public boolean mayActOn(Caller caller, AccountName account) throws IOException {
        if (caller.user().equals("root")) {
            return true;
        }
        return accounts.find(account)
                .map(found ->
                        found.owner().equals(caller.user())
                                || account.value().equals(caller.user()))
                .orElse(false);
    }
}
