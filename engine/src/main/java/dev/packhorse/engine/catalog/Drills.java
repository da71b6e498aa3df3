package dev.packhorse.engine.catalog;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DrillRecord;
import java.util.List;
import java.util.Optional;

/// What restores that were tried on one server have shown, one record an account. Safe for many
/// threads. All methods throw [CatalogException] when the store fails.
public interface Drills {
    /// Keeps the outcome of a drill in the place of the one before. Where it proved nothing, the
    /// time of the last one that did stays.
    void keep(DrillRecord drill);

    /// All records, by account.
    List<DrillRecord> all();

    /// The record of an account.
    default Optional<DrillRecord> find(AccountName account) {
        return all().stream().filter(drill -> drill.account().equals(account)).findFirst();
    }
}
