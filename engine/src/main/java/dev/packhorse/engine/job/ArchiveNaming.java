package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How an archive file is called. The top folder inside bears the same name, since readers look for
/// it by the file's name.
///
/// Source: docs.cpanel.net "The pkgacct Script"; public importers take the account's name from the
/// file's, each from one of these forms.
public enum ArchiveNaming {
    /// `cpmove-USER`, for moving an account.
    CPMOVE,
    /// `USER`, as scheduled backups are called.
    BACKUP,
    /// `backup-M.D.YYYY_HH-MM-SS_USER`, as customers' own downloads are called.
    USERBACKUP;

    /// Month and day are not padded, the time is.
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("M.d.uuuu_HH-mm-ss", Locale.ROOT);

    /// The name without its suffix.
    ///
    /// @param moment when the archive is made, in the server's zone
    public String stem(AccountName account, ZonedDateTime moment) {
        return switch (this) {
            case CPMOVE -> "cpmove-" + account;
            case BACKUP -> account.value();
            case USERBACKUP -> "backup-" + MOMENT.format(moment) + "_" + account;
        };
    }
}
