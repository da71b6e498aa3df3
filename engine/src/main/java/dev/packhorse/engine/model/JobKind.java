package dev.packhorse.engine.model;

/// What a job does; each kind has one handler and belongs to one stage with its own number of
/// workers.
public enum JobKind {
    /// A scheduled or manual run: picks the accounts that are due and enqueues their backups.
    RUN(Stage.CONTROL),
    /// Puts one backup switch of every account.
    SWITCH_ACCOUNTS(Stage.CONTROL),
    /// Packs one account into an archive in the backup directory.
    BACKUP(Stage.PACK),
    /// Packs the system's own files and sends them where they are wanted.
    SYSTEM_BACKUP(Stage.PACK),
    /// Packs one account into an archive outside the backup directory, as
    /// `start_background_pkgacct` asks.
    PKGACCT(Stage.PACK),
    /// Copies one archive to one destination and proves it there.
    UPLOAD(Stage.UPLOAD),
    /// Takes up the restore points of one destination into the catalog.
    ADOPT(Stage.UPLOAD),
    /// Restores one account from an archive.
    RESTORE(Stage.RESTORE),
    /// Removes from one destination the restore points that no rule keeps.
    PRUNE(Stage.UPKEEP),
    /// Reads copies of restore points at one destination and compares them with the catalog.
    VERIFY(Stage.UPKEEP),
    /// Restores accounts into a folder of their own, compares, and removes it again.
    DRILL(Stage.UPKEEP),
    /// Tells people of an event, by one way.
    NOTIFY(Stage.NOTIFY);

    private final Stage stage;

    JobKind(Stage stage) {
        this.stage = stage;
    }

    public Stage stage() {
        return stage;
    }

    /// A pool of workers; jobs of different stages never wait for each other's workers.
    public enum Stage {
        CONTROL,
        PACK,
        UPLOAD,
        RESTORE,
        UPKEEP,
        NOTIFY
    }
}
