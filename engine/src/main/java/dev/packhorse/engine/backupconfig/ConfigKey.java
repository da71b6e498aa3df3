package dev.packhorse.engine.backupconfig;

import java.util.List;
import java.util.Locale;

/// The keys of the backup configuration, by their names in the file; in the API they are the same
/// in lower case.
///
/// Source: whmapi1-protocol section 8, functions.json `backup_config_set`.
public enum ConfigKey {
    BACKUPENABLE(ValueForm.WORD, "0", "Whether scheduled backups run at all"),
    BACKUPACCTS(ValueForm.WORD, "1", "Whether accounts are packed"),
    BACKUPFILES(ValueForm.WORD, "1", "Whether files of the system are packed"),
    BACKUPLOGS(ValueForm.WORD, "0", "Whether logs are packed"),
    BACKUPBWDATA(ValueForm.WORD, "1", "Whether bandwidth figures are packed"),
    BACKUPMOUNT(ValueForm.WORD, "0", "Whether the backup directory is a mount of its own"),
    BACKUPSUSPENDEDACCTS(ValueForm.WORD, "0", "Whether suspended accounts are packed"),
    BACKUP_DAILY_ENABLE(ValueForm.WORD, "1", "Whether the daily calendar is on"),
    BACKUP_WEEKLY_ENABLE(ValueForm.WORD, "0", "Whether the weekly calendar is on"),
    BACKUP_MONTHLY_ENABLE(ValueForm.WORD, "0", "Whether the monthly calendar is on"),
    LOCALZONESONLY(ValueForm.WORD, "0", "Whether zones come from this server's files only"),
    POSTBACKUP(ValueForm.WORD, "0", "Whether the script postcpbackup runs afterwards"),
    PSQLBACKUP(ValueForm.WORD, "0", "Whether PostgreSQL databases are packed"),
    DISABLE_METADATA(ValueForm.WORD, "0", "Whether no index of the packed files is kept"),
    PREBACKUP(ValueForm.SIGN, "1", "Whether the script precpbackup runs beforehand"),
    KEEPLOCAL(ValueForm.BIT, "1", "Whether local archives stay after their upload"),
    LINKDEST(
            ValueForm.BIT,
            "0",
            "Whether unchanged files of incremental backups are links to the run before"),
    CHECK_MIN_FREE_SPACE(ValueForm.BIT, "1", "Whether free space is checked before packing"),
    FORCE_PRUNE_DAILY(
            ValueForm.BIT, "0", "Whether daily archives are pruned after a failed run too"),
    FORCE_PRUNE_WEEKLY(
            ValueForm.BIT, "0", "Whether weekly archives are pruned after a failed run too"),
    FORCE_PRUNE_MONTHLY(
            ValueForm.BIT, "0", "Whether monthly archives are pruned after a failed run too"),
    BACKUP_DAILY_RETENTION(ValueForm.COUNT, "5", "How many daily archives are kept"),
    BACKUP_WEEKLY_RETENTION(ValueForm.COUNT, "4", "How many weekly archives are kept"),
    BACKUP_MONTHLY_RETENTION(ValueForm.COUNT, "1", "How many monthly archives are kept"),
    ERRORTHRESHHOLD(ValueForm.COUNT, "3", "How often an upload is tried"),
    MAXIMUM_TIMEOUT(ValueForm.COUNT, "7200", "Seconds that the packing of one account may take"),
    MAXIMUM_RESTORE_TIMEOUT(ValueForm.COUNT, "21600", "Seconds that a restore may take"),
    MIN_FREE_SPACE(ValueForm.COUNT, "5", "Free space that must remain, see min_free_space_unit"),
    MIN_FREE_SPACE_UNIT(ValueForm.CHOICE, "percent", "Unit of min_free_space", "percent", "MB"),
    BACKUPDAYS(
            ValueForm.WEEKDAYS, "0,2,4,6", "Weekdays of the daily calendar, 0 is Sunday, as 0,2,5"),
    BACKUP_WEEKLY_DAY(
            ValueForm.WEEKDAYS, "0", "Weekdays of the weekly calendar, 0 is Sunday, as 0 or 1,3,5"),
    BACKUP_MONTHLY_DATES(ValueForm.MONTH_DATES, "1", "Days of the monthly calendar, as 1,15"),
    BACKUPTYPE(
            ValueForm.CHOICE,
            "compressed",
            "Form of the archives",
            "compressed",
            "uncompressed",
            "incremental"),
    MYSQLBACKUP(
            ValueForm.CHOICE,
            "accounts",
            "Databases in each archive, the whole data folder, or both",
            "accounts",
            "dir",
            "both"),
    BACKUPDIR(ValueForm.FOLDER, "/backup", "The backup directory"),
    REMOTE_RESTORE_STAGING_DIR(
            ValueForm.FOLDER,
            "",
            "Folder for archives fetched for a restore, else below the state folder"),
    GZIPRSYNCOPTS(ValueForm.TEXT, "", "Kept for other tools; the packer does not use it");

    private final ValueForm form;
    private final String defaultValue;
    private final String help;

    // The list is a copy made by List.of, which nobody can change.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> choices;

    ConfigKey(ValueForm form, String defaultValue, String help, String... choices) {
        this.form = form;
        this.defaultValue = defaultValue;
        this.help = help;
        this.choices = List.of(choices);
    }

    /// The name in the API.
    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public ValueForm form() {
        return form;
    }

    /// The value in force when the file does not have the key.
    public String defaultValue() {
        return defaultValue;
    }

    /// One line of help.
    public String help() {
        return help;
    }

    /// The legal values of a [ValueForm#CHOICE], else empty.
    public List<String> choices() {
        return choices;
    }

    /// The value in its normal form: switches `0` or `1`, lists sorted and without blanks.
    ///
    /// @throws IllegalArgumentException if it is not legal; the message says what is
    public String normalise(String text) {
        return form.normalise(text.strip(), choices);
    }

    /// The value as the file spells it.
    String toFile(String normal) {
        return form.toFile(normal);
    }
}
