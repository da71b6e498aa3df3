package dev.packhorse.engine.plan;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Optional;

/// A server without accounts.
enum NoAccounts implements AccountDirectory {
    HERE;

    @Override
    public String source() {
        return "test";
    }

    @Override
    public List<AccountName> names() {
        return List.of();
    }

    @Override
    public Optional<Account> find(AccountName name) {
        return Optional.empty();
    }
}
