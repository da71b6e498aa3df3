package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.session.TransferItem;
import java.util.List;
import java.util.Objects;

/// Arguments of a RESTORE job. The archive is either a restore point (`restorePoint`,
/// `destination`) or a file (`archivePath`, not empty).
///
/// @param account the name under which the account is restored
/// @param restorePoint the date, `YYYY-MM-DD`, or the name of a safety copy
/// @param destination the destination's id, `local` for the backup directory
/// @param archivePath the host's path of an archive that somebody put there; empty for a restore
///   point
/// @param origin which door it came through; decides in which lists it is shown
/// @param giveIp give the account an address of its own
/// @param mailConfig restore mail configuration
/// @param mysql restore databases
/// @param subdomains restore sub-domains
/// @param only module names to restore, empty for all
/// @param without module names to leave out
/// @param trusted whether root vouches for an archive that carries no MAC of this server
/// @param deleteArchive remove the file at `archivePath` after a restore without failure
/// @param session the transfer session whose log it writes
/// @param scope whether it is planned only, and how much of it
/// @param as what the archive calls the account, and where it comes to lie
public record RestoreArguments(
        String account,
        String restorePoint,
        String destination,
        String archivePath,
        Origin origin,
        boolean giveIp,
        boolean mailConfig,
        boolean mysql,
        boolean subdomains,
        List<String> only,
        List<String> without,
        boolean trusted,
        boolean deleteArchive,
        String session,
        RestoreScope scope,
        RestoredAs as) {
    /// The `destination` of safety copies, whose names stand in `restorePoint`.
    public static final String SAFETY = "safety";

    /// All of it, for good.
    public RestoreArguments(
            String account,
            String restorePoint,
            String destination,
            String archivePath,
            Origin origin,
            boolean giveIp,
            boolean mailConfig,
            boolean mysql,
            boolean subdomains,
            List<String> only,
            List<String> without,
            boolean trusted,
            boolean deleteArchive,
            String session) {
        this(
                account,
                restorePoint,
                destination,
                archivePath,
                origin,
                giveIp,
                mailConfig,
                mysql,
                subdomains,
                only,
                without,
                trusted,
                deleteArchive,
                session,
                RestoreScope.WHOLE,
                RestoredAs.ITSELF);
    }

    public RestoreArguments {
        // jobs of earlier versions have none
        scope = Objects.requireNonNullElse(scope, RestoreScope.WHOLE);
        as = Objects.requireNonNullElse(as, RestoredAs.ITSELF);
        only = List.copyOf(only);
        without = List.copyOf(without);
    }

    /// The same for a session.
    public RestoreArguments withSession(String id) {
        return new RestoreArguments(
                account,
                restorePoint,
                destination,
                archivePath,
                origin,
                giveIp,
                mailConfig,
                mysql,
                subdomains,
                only,
                without,
                trusted,
                deleteArchive,
                id,
                scope,
                as);
    }

    /// The same, held to a plan of it: done as planned or not at all.
    ///
    /// @param plan the result of the job that planned it
    /// @throws IllegalArgumentException if it is no plan
    public RestoreArguments heldTo(String plan) {
        return within(scope.expecting(JobJson.read(plan, PlannedRestore.class).digests()));
    }

    /// The same from the safety copy of this name.
    RestoreArguments fromCopy(String copy) {
        return new RestoreArguments(
                account,
                copy,
                SAFETY,
                archivePath,
                origin,
                giveIp,
                mailConfig,
                mysql,
                subdomains,
                only,
                without,
                trusted,
                deleteArchive,
                session,
                scope,
                as);
    }

    /// Whether it is from whichever safety copy is the newest.
    boolean isFromNewestCopy() {
        return destination.equals(SAFETY) && restorePoint.equals(SafetyCopies.NEWEST);
    }

    /// The same with another scope.
    public RestoreArguments within(RestoreScope other) {
        return new RestoreArguments(
                account,
                restorePoint,
                destination,
                archivePath,
                origin,
                giveIp,
                mailConfig,
                mysql,
                subdomains,
                only,
                without,
                trusted,
                deleteArchive,
                session,
                other,
                as);
    }

    /// The same under a name, and as something else.
    public RestoreArguments under(AccountName name, RestoredAs other) {
        return new RestoreArguments(
                name.value(),
                restorePoint,
                destination,
                archivePath,
                origin,
                giveIp,
                mailConfig,
                mysql,
                subdomains,
                only,
                without,
                trusted,
                deleteArchive,
                session,
                scope,
                other);
    }

    /// The account as whose the archive is kept.
    public AccountName packedAs() {
        boolean own = as.packedAs().isEmpty() || as.packedAs().equals(RestoredAs.ANY);
        return new AccountName(own ? account : as.packedAs());
    }

    /// Whether an archive of this account is the one that is meant.
    boolean isOf(AccountName archived) {
        return as.packedAs().equals(RestoredAs.ANY) || archived.equals(packedAs());
    }

    /// The doors through which a restore is asked for.
    public enum Origin {
        /// `restore_queue_add_task`: the restore queue of the API.
        QUEUE,
        /// `restoreaccount`.
        ACCOUNT,
        /// `start_local_cpmove_restore`.
        LOCAL_CPMOVE,
        /// `enqueue_transfer_item` with an archive that somebody put on this server.
        TRANSFER_ARCHIVE,
        /// `enqueue_transfer_item` with a restore point.
        TRANSFER_BACKUP;

        /// The type of the item in the session's logs.
        String itemType() {
            return this == TRANSFER_BACKUP
                    ? TransferItem.LEGACY_BACKUP
                    : TransferItem.ACCOUNT_LOCAL;
        }
    }
}
