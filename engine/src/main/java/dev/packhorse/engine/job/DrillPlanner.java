package dev.packhorse.engine.job;

import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.verification.DrillChoice;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Knows which restore is tried next, and keeps what was shown. Safe for many threads.
///
/// @param catalog the restore points
/// @param drills what was shown before
/// @param accounts the accounts of this server
/// @param mostBytes archives that are larger are taken only if their account is named
/// @param far whether archives are fetched from destinations, if none of the account lies here
/// @param clock the time
public record DrillPlanner(
        Catalog catalog,
        Drills drills,
        AccountDirectory accounts,
        long mostBytes,
        boolean far,
        InstantSource clock) {
    /// The accounts whose turn it is.
    ///
    /// @throws IOException if the accounts cannot be read
    public List<AccountName> next(int count) throws IOException {
        Map<AccountName, DrillRecord> before = new HashMap<>();
        drills.all().forEach(drill -> before.put(drill.account(), drill));
        List<DrillChoice.Candidate> candidates = new ArrayList<>();
        for (AccountName account : accounts.names()) {
            Optional<RestorePoint> point = archive(account, far);
            if (point.isPresent()) {
                candidates.add(
                        new DrillChoice.Candidate(
                                account,
                                Optional.ofNullable(before.get(account)).map(DrillRecord::at),
                                point.get().sizeBytes()));
            }
        }
        return DrillChoice.choose(candidates, mostBytes, count);
    }

    /// The newest sound archive of an account, the one that lies here before those elsewhere.
    ///
    /// @param anywhere whether one elsewhere will do
    Optional<RestorePoint> archive(AccountName account, boolean anywhere) {
        List<RestorePoint> points = catalog.ofAccount(account);
        Optional<RestorePoint> here =
                points.stream().filter(point -> point.destination().isLocal()).findFirst();
        return here.isPresent() || !anywhere ? here : points.stream().findFirst();
    }
}
