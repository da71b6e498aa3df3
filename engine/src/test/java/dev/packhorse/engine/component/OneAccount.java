package dev.packhorse.engine.component;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Optional;

/// A source with a single account that never changes.
public record OneAccount(Account account) implements AccountDirectory {
    @Override
    public String source() {
        return "unix";
    }

    @Override
    public List<AccountName> names() {
        return List.of(account.name());
    }

    @Override
    public Optional<Account> find(AccountName name) {
        return Optional.of(account).filter(each -> each.name().equals(name));
    }
}
