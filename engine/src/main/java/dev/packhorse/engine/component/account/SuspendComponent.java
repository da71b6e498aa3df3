package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Suspension: an account that was suspended comes back suspended, with all that a suspension
/// closes. One that was not leaves a suspension on this server alone: what was restored of it is
/// closed again.
public final class SuspendComponent extends BasicComponent {
    private static final Pattern INFO = Pattern.compile("[a-z_]{1,40}=[\\x20-\\x7e]{0,400}");
    private static final String DEFAULT_REASON = "Suspended where it was restored from.\n";

    public SuspendComponent() {
        super(
                Components.SUSPEND,
                "Suspends an account that was suspended.",
                true,
                Set.of(
                        Components.CP_USER,
                        Components.PASSWORD,
                        Components.SHELL,
                        Components.CRON,
                        Components.FTP,
                        Components.MAIL,
                        Components.MYSQL,
                        Components.QUOTA,
                        Components.HOMEDIR,
                        Components.SSL,
                        new ComponentName("Postgres"),
                        new ComponentName("Unsuspend"),
                        new ComponentName("Htaccess"),
                        new ComponentName("MailFix")),
                Set.of("suspended/USER", "suspended/USER.lock", "suspendinfo/USER"));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        AccountName name = context.account().name();
        HostFiles files = new HostFiles(context.services().root());
        copy(files, HostLayout.suspended(name), sink, "suspended/" + name);
        copy(files, HostLayout.suspendedLock(name), sink, "suspended/" + name + ".lock");
        copy(files, HostLayout.suspendinfo(name), sink, "suspendinfo/" + name);
        return PackReport.EMPTY;
    }

    private static void copy(HostFiles files, String path, ArchiveSink sink, String member)
            throws IOException {
        Optional<byte[]> content = files.readBytes(path, HostFiles.DEFAULT_LIMIT);
        if (content.isPresent()) {
            sink.addBytes(member, 0600, content.get());
        }
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        String old = context.facts().account().value();
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        if (!archived.isSuspended(source)) {
            return closeAgain(context);
        }
        Account account = Components.existing(context);
        HostFiles files = new HostFiles(context.services().root());
        RestoreNotes notes = new RestoreNotes();
        if (context.services().accounts().source().equals("cpanel")) {
            writeFiles(context, source, files, account, old, notes);
            mark(context, archived, files, account);
        }
        lock(context, account);
        if (context.services().accounts().source().equals("cpanel")) {
            close(context, account, notes);
        }
        return notes.report(Map.of());
    }

    private static RestoreReport closeAgain(RestoreContext context) throws IOException {
        Optional<Account> here = context.services().accounts().find(context.account());
        boolean cpanel = context.services().accounts().source().equals("cpanel");
        if (!cpanel || here.isEmpty() || !here.get().suspended()) {
            return RestoreReport.nothing();
        }
        RestoreNotes notes = new RestoreNotes();
        markAgain(context, here.get());
        new SuspendedLogin(context.services()).close(here.get());
        close(context, here.get(), notes);
        return notes.report(Map.of());
    }

    /// Where one of the two marks of a suspension is gone.
    private static void markAgain(RestoreContext context, Account account) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        Optional<FileStat> mark = files.stat(HostLayout.suspended(account.name()));
        if (mark.isEmpty()) {
            write(files, HostLayout.suspended(account.name()), "");
        }
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        settings.put("SUSPENDED", "1");
        mark.ifPresent(
                stat -> settings.putIfAbsent("SUSPENDTIME", Long.toString(stat.mtimeSeconds())));
        if (!settings.equals(account.settings())) {
            AccountSettings.write(files, account, settings);
        }
    }

    /// FTP logins come back locked or open, as they were.
    private static void close(RestoreContext context, Account account, RestoreNotes notes)
            throws IOException {
        new SuspendedServices(context.services()).close(account, false).forEach(notes::skipped);
    }

    private static void mark(
            RestoreContext context, ArchivedAccount archived, HostFiles files, Account account)
            throws IOException {
        SortedMap<String, String> settings = new TreeMap<>(account.settings());
        settings.put("SUSPENDED", "1");
        String since = archived.settings().getOrDefault("SUSPENDTIME", "");
        if (!context.restricted() && since.matches("[0-9]{1,12}")) {
            settings.put("SUSPENDTIME", since);
        }
        if (!settings.equals(account.settings())) {
            AccountSettings.write(files, account, settings);
        }
    }

    private static void writeFiles(
            RestoreContext context,
            ArchiveSource source,
            HostFiles files,
            Account account,
            String old,
            RestoreNotes notes)
            throws IOException {
        String reason = source.text("suspended/" + old).orElse("");
        String info = source.text("suspendinfo/" + old).orElse("");
        if (context.restricted()) {
            reason = DEFAULT_REASON;
            info = "";
            notes.altered("suspension: the old reason and shell were not taken");
        } else if (!info.lines().allMatch(line -> INFO.matcher(line).matches())) {
            info = "";
            notes.skipped("suspendinfo/" + old + ": not a list of key=value lines");
        }
        write(files, HostLayout.suspended(account.name()), reason);
        if (!context.restricted() && source.file("suspended/" + old + ".lock").isPresent()) {
            write(
                    files,
                    HostLayout.suspendedLock(account.name()),
                    source.text("suspended/" + old + ".lock").orElse(""));
        }
        if (!info.isEmpty()) {
            write(files, HostLayout.suspendinfo(account.name()), info);
        }
    }

    private static void write(HostFiles files, String path, String text) throws IOException {
        files.replaceContent(path, LosslessText.encode(text), FileRights.ofRoot(0644));
    }

    private static void lock(RestoreContext context, Account account) throws IOException {
        UserTools tools = UserTools.of(context.services().root());
        Optional<String> hash =
                new UserDatabase(context.services().root()).passwordHash(account.name().value());
        if (hash.isPresent() && !hash.get().startsWith("!")) {
            String locked = "!" + hash.get();
            tools.setPasswordHash(account.name(), NewUser.isHash(locked) ? locked : "!");
        }
        ShellRules rules = new ShellRules(new HostFiles(context.services().root()));
        if (!rules.isClosed(account.shell())) {
            tools.setShell(account.name(), rules.closed());
        }
    }
}
