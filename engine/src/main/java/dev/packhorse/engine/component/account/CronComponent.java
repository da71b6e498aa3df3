package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HomeMove;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The crontab. The archive's replaces the account's own, line by line checked.
public final class CronComponent extends BasicComponent {
    private static final String FOLDER = "cron/";

    public CronComponent() {
        super(
                Components.CRON,
                "The crontab.",
                true,
                Set.of(Components.ACCOUNT, Components.HOMEDIR),
                Set.of(FOLDER + "USER"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        Optional<byte[]> crontab =
                new Crontabs(new HostFiles(context.services().root())).read(account);
        if (crontab.isEmpty()) {
            return PackReport.of(Map.of("cronjobs", 0L));
        }
        String text = LosslessText.decode(crontab.get());
        sink.addText(
                FOLDER + account.name(), 0600, CronText.withHead(account.name().value(), text));
        return PackReport.of(Map.of("cronjobs", CronText.jobs(text)));
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        String packedAs = context.facts().account().value();
        Optional<String> member = source.text(FOLDER + packedAs);
        if (member.isEmpty() || member.get().isBlank()) {
            return RestoreReport.nothing();
        }
        if (member.get().length() > CronText.MAX_BYTES) {
            throw new ComponentException(
                    "the crontab has more than " + CronText.MAX_BYTES + " bytes");
        }
        Account account = Components.existing(context);
        Crontabs crontabs = new Crontabs(new HostFiles(context.services().root()));
        Optional<String> lack =
                context.services().root().isForeign() ? Optional.empty() : crontabs.lack();
        if (lack.isPresent()) {
            return RestoreReport.absent(lack.get());
        }
        RestoreNotes notes = new RestoreNotes();
        String old = CronText.withoutHead(packedAs, member.get());
        String moved =
                new HomeMove(
                                ArchivedAccount.home(source, context.facts().account()),
                                account.home())
                        .apply(old);
        String text = CronText.checked(moved, context.restricted(), crontabs.takesChoice(), notes);
        if (!moved.equals(old)) {
            notes.altered("crontab: paths of the old home are paths of " + account.home());
        }
        long jobs = CronText.jobs(text);
        if (context.restricted() && jobs > 0) {
            notes.dangerous(
                    "crontab: "
                            + jobs
                            + " jobs of an archive of unknown origin run for the account");
        }
        crontabs.install(account, text);
        return notes.report(Map.of("cronjobs", jobs));
    }
}
