package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.AcceptedDomains;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Comes before everything else: sees whether the account can get its main domain here, so that
/// nothing is begun that cannot end well, and marks the account as being restored.
public final class PreRestoreActions extends BasicComponent {
    private static final Path PROTECTED_HARD_LINKS = Path.of("/proc/sys/fs/protected_hardlinks");

    public PreRestoreActions() {
        super(
                Components.PRE_RESTORE_ACTIONS,
                "Checks before a restore, and marks the account as being restored.",
                true,
                Set.of(),
                Set.of());
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) {
        return PackReport.EMPTY;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        AcceptedDomains.of(context, archived, "/home/" + context.account(), new RestoreNotes());
        RestoreNotes notes = new RestoreNotes();
        if (isOff(PROTECTED_HARD_LINKS)) {
            notes.dangerous(
                    "this system lets users make hard links to files that are not theirs; set"
                            + " fs.protected_hardlinks=1");
        }
        RestoreLock.of(context.services(), context.account()).take(context.facts().sha256());
        return notes.report(Map.of());
    }

    private static boolean isOff(Path setting) throws IOException {
        return Files.isReadable(setting)
                && Files.readString(setting, StandardCharsets.US_ASCII).strip().equals("0");
    }
}
