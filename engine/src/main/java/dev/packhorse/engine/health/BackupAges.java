package dev.packhorse.engine.health;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.Tier;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How old the newest good backup of each account is, wherever it lies. Only accounts that
/// scheduled runs take in count: the others are meant to have none. Safe for many threads.
///
/// @param zone the zone of the catalog's dates
public record BackupAges(
        Catalog catalog, AccountDirectory accounts, ServerBackups backups, ZoneId zone) {
    private static final Set<Tier> ALL = Set.of(Tier.values());

    /// One account.
    ///
    /// @param newest when its newest whole and verified backup was packed, empty for never
    /// @param since since when it could have had one: when it was made, empty if nobody knows
    /// @param calendars those whose runs make archives of it
    public record Age(
            AccountName account,
            Optional<Instant> newest,
            Optional<Instant> since,
            Set<Tier> calendars) {}

    /// All accounts that should have backups, those without any first, then the oldest first; none
    /// where scheduled backups are off. A configuration that somebody has damaged does not hide how
    /// old backups have become meanwhile: the last one that could be read counts.
    ///
    /// @throws IOException if accounts cannot be read
    public List<Age> all() throws IOException {
        BackupConfig config = backups.lastConfig();
        if (!config.isOn(ConfigKey.BACKUPENABLE)) {
            return List.of();
        }
        Map<AccountName, Instant> newest = newest();
        AccountSelection selection =
                AccountSelection.read(config, backups.root().resolve(AccountSelection.SKIP_LIST));
        List<Age> ages = new ArrayList<>();
        AccountDirectory now = accounts.atOneMoment();
        for (AccountName name : now.names()) {
            Optional<Instant> packed = Optional.ofNullable(newest.get(name));
            describe(now, name, selection)
                    .ifPresent(since ->
                            ages.add(new Age(name, packed, since.made(), since.calendars())));
        }
        ages.sort(Comparator.comparing(age -> age.newest().orElse(Instant.MIN)));
        return List.copyOf(ages);
    }

    /// A point that was adopted from the disk was not packed after the day it is of.
    private Map<AccountName, Instant> newest() {
        Map<AccountName, Instant> newest = new HashMap<>();
        catalog.forEach(point ->
                newest.merge(point.account(), packed(point), (a, b) -> a.isAfter(b) ? a : b));
        return newest;
    }

    private Instant packed(RestorePoint point) {
        LocalDate after = point.date().plusDays(2);
        Instant latest = after.atStartOfDay(zone).toInstant();
        return point.packedAt().isBefore(latest) ? point.packedAt() : latest;
    }

    private record Since(Optional<Instant> made, Set<Tier> calendars) {}

    /// Empty for an account that is left out. One whose description is damaged counts: its backups
    /// fail.
    private Optional<Since> describe(
            AccountDirectory now, AccountName name, AccountSelection selection) {
        Optional<Account> account;
        try {
            account = now.find(name);
        } catch (IOException _) {
            return Optional.of(new Since(Optional.empty(), ALL));
        }
        return account.filter(each ->
                        selection.leavesOut(name, each.suspended(), each.settings()).isEmpty())
                .map(each -> new Since(made(each), calendars(each)))
                .filter(each -> !each.calendars().isEmpty());
    }

    private Set<Tier> calendars(Account account) {
        return backups.plans().choose(account).map(each -> each.plan().calendars()).orElse(ALL);
    }

    private static Optional<Instant> made(Account account) {
        String text = account.setting("STARTDATE", "");
        return text.matches("\\d{1,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
                : Optional.empty();
    }

    /// Why the backup configuration cannot be read, empty if it can be.
    Optional<String> configFault() {
        return backups.configFault();
    }

    /// The longest time between two due days of the schedule, in days; 1 for one that is due daily.
    public int longestGapDays(LocalDate from) {
        return longestGapDays(from, ALL);
    }

    /// The longest time between two due days of some calendars, in days.
    int longestGapDays(LocalDate from, Set<Tier> calendars) {
        BackupConfig config = backups.lastConfig();
        int longest = 1;
        int gap = 0;
        for (int day = 0; day < 62; day++) {
            gap++;
            if (!Collections.disjoint(config.due(from.plusDays(day)), calendars)) {
                longest = Math.max(longest, gap);
                gap = 0;
            }
        }
        return Math.max(longest, gap);
    }
}
