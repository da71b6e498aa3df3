package dev.packhorse.engine.notify;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// The notices that are made in more than one place, or by parts that know nothing of mail: what
/// each event is called, and its words.
///
/// Source: whmapi1-protocol 12.2 for the events of `Backup`; those of `Packhorse` are ours.
public final class Events {
    /// The application of cPanel's own events.
    public static final String BACKUP = "Backup";

    /// The application of ours.
    public static final String PACKHORSE = "Packhorse";

    private static final int NAMED = 100;

    private Events() {}

    /// A destination gets no uploads for a while, or for good.
    ///
    /// @param id the destination's id
    /// @param how as `paused for 10 minutes`
    public static Notice destinationOff(String id, String name, String how, String reason) {
        return Notice.of(
                BACKUP,
                "Disabled",
                id,
                "destination " + name + " is " + how,
                "Destination %s (%s) is %s: %s\nIts uploads wait meanwhile.\n"
                        .formatted(name, id, how, reason));
    }

    /// Slots passed without a run and are too old to be made up for.
    ///
    /// @param slots their names, oldest first
    public static Notice slotsMissed(List<String> slots) {
        return Notice.of(
                PACKHORSE,
                "SlotMissed",
                slots.getLast(),
                slots.size() == 1
                        ? "the backup of " + slots.getFirst() + " did not run"
                        : slots.size() + " backups did not run",
                "These backups were due while nothing could run them, and are too old to be made up"
                        + " for:\n"
                        + lines(slots));
    }

    /// The backup clock rang no more, and was started again.
    ///
    /// @param silent since it last rang
    public static Notice clockRestarted(Duration silent) {
        return Notice.of(
                PACKHORSE,
                "ClockRestarted",
                "clock",
                "the backup clock stood still",
                "It did not ring for %d seconds and was started again; backups that were due meanwhile are caught up within backup.catch_up.\n"
                        .formatted(silent.toSeconds()));
    }

    /// The backup configuration cannot be read, so that nothing is backed up.
    ///
    /// @param fault what is wrong, with file and line
    public static Notice configUnreadable(String fault) {
        return Notice.of(
                PACKHORSE,
                "ConfigUnreadable",
                "config",
                "the backup configuration cannot be read: no backups run",
                "No backup is made until this is put right: %s\nSlots that pass meanwhile are caught up within backup.catch_up.\n"
                        .formatted(fault));
    }

    /// The settings of a destination cannot be read, so that nothing is sent there.
    ///
    /// @param id the destination's id
    /// @param fault what is wrong, with the file
    public static Notice destinationUnreadable(String id, String fault) {
        return Notice.of(
                PACKHORSE,
                "DestinationUnreadable",
                id,
                "the settings of destination " + id + " cannot be read: nothing is sent there",
                "No archive is sent to destination %s until this is put right: %s\nWhat was packed meanwhile has to be backed up again to get there.\n"
                        .formatted(id, fault));
    }

    /// The server of a shared store could not be reached for a while, and can again.
    public static Notice storeWasAway(Duration away) {
        return Notice.of(
                PACKHORSE,
                "StoreAway",
                "store",
                "the store was away for " + away.toSeconds() + " seconds",
                "The database of database.url did not answer for some %d seconds. No work was taken meanwhile and calls were refused; runs whose leases ran out are tried again.\n"
                        .formatted(away.toSeconds()));
    }

    /// Accounts that have had no good backup for too long.
    ///
    /// @param accounts a line for each
    public static Notice noGoodBackup(List<String> accounts, Duration limit) {
        return Notice.of(
                PACKHORSE,
                "NoGoodBackup",
                "accounts",
                accounts.size() == 1
                        ? "an account has had no good backup for " + limit.toHours() + " hours"
                        : accounts.size()
                                + " accounts have had no good backup for "
                                + limit.toHours()
                                + " hours",
                lines(accounts));
    }

    /// A run ended without a result of its own, as with a damaged configuration.
    ///
    /// @param run the job
    public static Notice runBroke(String run, String date, String reason) {
        return Notice.of(
                BACKUP,
                "Failure",
                run,
                "backup of " + date + " broke off",
                "The run of %s broke off: %s\n\nRun %s\n".formatted(date, reason, run));
    }

    /// A disk is nearly full.
    ///
    /// @param what as `the backup directory`
    public static Notice lowSpace(String what, String path, long freeBytes, long wantedBytes) {
        return Notice.of(
                PACKHORSE,
                "LowSpace",
                what,
                what + " is nearly full",
                "%s (%s) has %d MiB left, less than %d MiB.\n"
                        .formatted(what, path, freeBytes >> 20, wantedBytes >> 20));
    }

    /// A file system that answers nobody: who looks at it hangs, and so do its backups.
    ///
    /// @param what as `the backup directory`
    public static Notice placeSilent(String what, Duration silent) {
        return Notice.of(
                PACKHORSE,
                "PlaceSilent",
                what,
                what + " does not answer",
                "The file system of %s has not answered for %d minutes. If it is a mounted one, look at its server; what needs it waits until it answers.\n"
                        .formatted(what, silent.toMinutes()));
    }

    /// Uploads that no further try is made for.
    ///
    /// @param count how many
    /// @param failures a line for each of the newest
    public static Notice uploadsFailed(String id, String name, int count, List<String> failures) {
        return Notice.of(
                PACKHORSE,
                "UploadFailed",
                id,
                count + " archives did not reach destination " + name,
                "No further try is made; see “packhorse queue ls --job-state failed”. When the"
                        + " destination works again: “packhorse queue retry --kind upload --all”.\n"
                        + lines(failures)
                        + (failures.size() < count ? "  …\n" : ""));
    }

    /// Pruning stopped itself, since it would have removed too much.
    ///
    /// @param where the destination's id, or `local`
    public static Notice pruneBrake(String where, String reason) {
        return Notice.of(
                PACKHORSE,
                "PruneBrake",
                where,
                "pruning of " + where + " stopped itself",
                "Nothing more is removed from %s: %s\n".formatted(where, reason));
    }

    /// Copies that a verification found damaged or missing.
    ///
    /// @param where the destination's id, or `local`
    /// @param occasion what keeps this notice apart from others about the same place
    /// @param findings a line for each copy: what is wrong, and where a good one is
    public static Notice copiesDamaged(String where, String occasion, List<String> findings) {
        return Notice.of(
                PACKHORSE,
                "CopyDamaged",
                where + " " + occasion,
                findings.size() == 1
                        ? "a stored backup at " + where + " is damaged or missing"
                        : findings.size()
                                + " stored backups at "
                                + where
                                + " are damaged or missing",
                "They are not restored from and not counted any more:\n" + lines(findings));
    }

    /// A place of which every archive is missing at once, so that nothing is concluded.
    ///
    /// @param where the destination's id, or `local`
    public static Notice placeNotBelieved(String where, String reason) {
        return Notice.of(
                PACKHORSE,
                "VerifyStopped",
                where,
                "verification of " + where + " stopped itself",
                "Nothing is known of the backups at %s: %s\n".formatted(where, reason));
    }

    /// Copies that nobody has read for longer than wanted.
    ///
    /// @param places a line for each place
    public static Notice verificationOverdue(List<String> places) {
        return Notice.of(
                PACKHORSE,
                "VerificationOverdue",
                "places",
                "stored backups have not been verified for too long",
                lines(places));
    }

    /// Accounts whose restore has not been tried for longer than wanted.
    ///
    /// @param accounts a line for each
    public static Notice drillsOverdue(List<String> accounts) {
        return Notice.of(
                PACKHORSE,
                "DrillsOverdue",
                "accounts",
                "no restore of " + accounts.size() + " accounts was tried for too long",
                lines(accounts));
    }

    /// A restore that was tried did not give back what was packed.
    public static Notice drillFailed(String account, String archive, String difference) {
        return Notice.of(
                PACKHORSE,
                "DrillFailed",
                account,
                "a restore of " + account + " was tried and failed",
                "The backup %s of %s was restored for a test: %s\n"
                        .formatted(archive, account, difference));
    }

    /// Addresses that were locked out after wrong logins.
    ///
    /// @param lockouts a line for each; without any there is nothing to tell
    /// @param isForADay whether it is for gross abuse
    public static Optional<Notice> lockedOut(List<String> lockouts, boolean isForADay) {
        if (lockouts.isEmpty()) {
            return Optional.empty();
        }
        String time = isForADay ? " for a day" : "";
        return Optional.of(
                Notice.of(
                        PACKHORSE,
                        isForADay ? "LockedOutForADay" : "LockedOut",
                        "addresses",
                        lockouts.size() == 1
                                ? "an address was locked out" + time + " after wrong logins"
                                : lockouts.size()
                                        + " addresses were locked out"
                                        + time
                                        + " after wrong logins",
                        lines(lockouts)
                                + "“packhorse lockouts” shows who is locked out now, and “packhorse"
                                + " lockouts --clear ADDRESS” lets one in again.\n"));
    }

    /// Codes of a second factor are being guessed.
    ///
    /// @param until when the next one is judged
    public static Notice codesRefused(String user, int failures, Instant until) {
        return Notice.of(
                PACKHORSE,
                "CodesRefused",
                user,
                "somebody who has the password of " + user + " guesses codes of the second factor",
                failures
                        + " codes behind the right password were wrong within a week, and none is"
                        + " taken until "
                        + until.truncatedTo(ChronoUnit.SECONDS)
                        + ". If it was not "
                        + user
                        + ", change the password; then “packhorse lockouts --clear all” lets "
                        + user
                        + " in at once.\n");
    }

    private static String lines(List<String> items) {
        StringBuilder text = new StringBuilder();
        items.stream().limit(NAMED).forEach(item -> text.append("  ").append(item).append('\n'));
        if (items.size() > NAMED) {
            text.append("  and ").append(items.size() - NAMED).append(" more\n");
        }
        return text.toString();
    }
}
