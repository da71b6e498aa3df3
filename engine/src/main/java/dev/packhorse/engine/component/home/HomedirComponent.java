package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.Rehearsal;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The home directory: every file, folder and link that the account may read, with modes, times to
/// the nanosecond, hard links, holes and `user.` attributes. Where the options say so, the exclude
/// files of the server and of the account count. Restoring adds to the home: what is not in the
/// archive stays.
public final class HomedirComponent extends BasicComponent {
    /// A sync may have to wait for what others of the server have written.
    private static final Duration PROGRESS_KEPT = Duration.ofSeconds(60);

    private final Supplier<FileClock> clock;
    private final Duration progressKept;

    /// The name of an empty member that tells of certificates and keys kept in the home.
    private static final String STORAGE_MARK = "has_sslstorage";

    private static final ByteName STORAGE = ByteName.of("ssl");

    public HomedirComponent() {
        this(FileClock::now, PROGRESS_KEPT);
    }

    /// @param clock asked once for each walk
    /// @param progressKept how often a restore keeps how far it is, at most
    HomedirComponent(Supplier<FileClock> clock, Duration progressKept) {
        super(
                Components.HOMEDIR,
                "Files, folders and links of the home directory.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of("homedir/", STORAGE_MARK, AddedMail.MARK));
        this.clock = clock;
        this.progressKept = progressKept;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        Account account = context.account();
        ItemList complaints = new ItemList();
        ExcludeFiles excludes = new ExcludeFiles(complaints);
        boolean obeys = context.options().obeysExcludeFiles();
        if (obeys) {
            excludes.readServer(new HostFiles(context.services().root()));
        }
        NobodyList nobody = NobodyList.of(context.services().root());
        try (OwnerAccess owner = new OwnerAccess();
                Directory home = HomeFolder.open(context.services().root(), account);
                HeldHome held = new HeldHome(home.duplicate())) {
            return AsAccount.call(
                    account,
                    () -> {
                        if (obeys) {
                            excludes.readAccount(home);
                        }
                        markStorage(home, sink);
                        ExcludeRules rules = excludes.rules();
                        PackReport report =
                                new HomePacker(
                                                context,
                                                sink,
                                                owner,
                                                held,
                                                clock.get(),
                                                rules,
                                                nobody)
                                        .pack(home);
                        nobody.write(sink);
                        return rules.isEmpty() && complaints.isEmpty()
                                ? report
                                : withRules(report, rules, complaints);
                    });
        } catch (UnreadableHomeException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void markStorage(Directory home, ArchiveSink sink) throws IOException {
        if (home.find(STORAGE).filter(stat -> stat.type() == FileType.DIRECTORY).isPresent()) {
            sink.addText(STORAGE_MARK, 0600, "");
        }
    }

    private static PackReport withRules(
            PackReport report, ExcludeRules rules, ItemList complaints) {
        rules.complaints().forEach(complaints::add);
        Map<String, Long> counts = new TreeMap<>(report.counts());
        counts.put("excluded", rules.count());
        List<String> warnings = new ArrayList<>(complaints.toList());
        warnings.addAll(report.warnings());
        return new PackReport(counts, warnings);
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.facts().homePresent()) {
            return RestoreReport.nothing();
        }
        Account account = Components.existing(context);
        Set<Integer> groups = ServiceGroups.kept(context, source);
        String oldHome = ArchivedAccount.home(source, context.facts().account());
        try (OwnerAccess owner = new OwnerAccess();
                HomeJournal journal =
                        HomeJournal.open(
                                context.progress().folder().orElse(context.staging()),
                                HomeProgress.done(context));
                Directory home = HomeFolder.open(context.services().root(), account);
                WriteBehind behind = new WriteBehind(home)) {
            HomeProgress progress = new HomeProgress(context, home, journal, behind, progressKept);
            HomeRestorer restorer =
                    new HomeRestorer(
                            context, account, oldHome, groups, home, owner, journal, progress);
            boolean kept = context.progress().folder().isPresent();
            HomeTry work =
                    new HomeTry(restorer, journal, progress, home, owner, context.log(), kept);
            return AsAccount.call(account, () -> work.run(AddedMail.without(source)));
        }
    }

    @Override
    public Rehearsal rehearse(RestoreContext context, HostServices live, ArchiveSource source)
            throws ComponentException, IOException {
        if (!context.facts().homePresent()) {
            return Rehearsal.of(RestoreReport.nothing());
        }
        Account account = Components.existing(context);
        EntryRules rules =
                new EntryRules(
                        context.restricted(),
                        new LinkRules(
                                context.restricted(),
                                ArchivedAccount.home(source, context.facts().account()),
                                account.home()),
                        ServiceGroups.kept(context, source),
                        new RestoreNotes());
        Optional<Account> there = live.accounts().find(context.account());
        if (there.isEmpty() || new HostFiles(live.root()).stat(there.get().home()).isEmpty()) {
            try (HomeRehearsal rehearsal =
                    new HomeRehearsal(
                            Optional.empty(),
                            rules,
                            context.options().mergesMail(),
                            context.cancellation())) {
                return rehearsal.run(AddedMail.without(source));
            }
        }
        try (Directory home = HomeFolder.open(live.root(), there.get());
                HomeRehearsal rehearsal =
                        new HomeRehearsal(
                                Optional.of(home),
                                rules,
                                context.options().mergesMail(),
                                context.cancellation())) {
            return AsAccount.call(there.get(), () -> rehearsal.run(AddedMail.without(source)));
        }
    }
}
