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
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DocumentRoot;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// FTP logins. Their numbers and owner become the account's on this server, their folders must lie
/// in its home.
public final class FtpComponent extends BasicComponent {
    private static final String MEMBER = "proftpdpasswd";
    private static final String LOGS = "/etc/apache2/logs/domlogs/";
    private static final String SHELL = "/bin/ftpsh";
    private static final Pattern LOCAL_PART = Pattern.compile("[A-Za-z0-9._+-]{1,64}");
    private static final int MODE = 0640;

    public FtpComponent() {
        super(
                Components.FTP,
                "FTP logins.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS, Components.HOMEDIR),
                Set.of(MEMBER));
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        Account account = context.account();
        HostRoot root = context.services().root();
        Optional<byte[]> live =
                new HostFiles(root)
                        .readBytes(
                                HostLayout.proftpdPasswords(account.name()),
                                HostFiles.DEFAULT_LIMIT);
        String text = live.map(LosslessText::decode).orElse("");
        String whole = text + missing(root, account, text);
        sink.addText(MEMBER, 0600, whole);
        return PackReport.of(
                Map.of("logins", whole.lines().filter(line -> !line.isBlank()).count()));
    }

    /// The lines of the account itself, which readers expect, as far as the file lacks them.
    private static String missing(HostRoot root, Account account, String text) throws IOException {
        String name = account.name().value();
        String hash = new UserDatabase(root).passwordHash(name).orElse("*");
        StringBuilder lines = new StringBuilder();
        for (String login : new String[] {name, name + "_logs"}) {
            boolean logs = !login.equals(name);
            if (text.lines().noneMatch(line -> line.startsWith(login + ":"))) {
                lines.append(
                                new FtpLogin(
                                                login,
                                                hash,
                                                Integer.toString(account.uid()),
                                                Integer.toString(account.gid()),
                                                name,
                                                logs ? LOGS + name : account.home(),
                                                logs ? SHELL : account.shell())
                                        .line())
                        .append('\n');
            }
        }
        return lines.toString();
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<String> member = source.text(MEMBER);
        if (member.isEmpty() || member.get().isBlank()) {
            return RestoreReport.nothing();
        }
        if (!context.services().accounts().source().equals("cpanel")) {
            return RestoreReport.absent("this server keeps no FTP logins in /etc/proftpd");
        }
        Account account = Components.existing(context);
        ArchivedAccount archived = ArchivedAccount.read(context, source);
        RestoreNotes notes = new RestoreNotes();
        Set<String> domains =
                AcceptedDomains.of(context, archived, account.home(), new RestoreNotes()).all();
        boolean stayLocked = areLocked(context.services().root(), account);
        List<String> lines = new ArrayList<>();
        int number = 0;
        for (String line : member.get().lines().toList()) {
            number++;
            Optional<FtpLogin> login =
                    line.isBlank()
                            ? Optional.empty()
                            : checked(
                                    line,
                                    number,
                                    archived,
                                    account,
                                    domains,
                                    context.restricted(),
                                    notes);
            login.map(taken -> stayLocked ? taken.locked() : taken)
                    .ifPresent(taken -> lines.add(taken.line() + "\n"));
        }
        new HostFiles(context.services().root())
                .replaceContent(
                        HostLayout.proftpdPasswords(account.name()),
                        LosslessText.encode(String.join("", lines)),
                        FileRights.ofRoot(MODE));
        return notes.report(Map.of("logins", (long) lines.size()));
    }

    /// A suspension of this server is no archive's to lift.
    private static boolean areLocked(HostRoot root, Account account) throws IOException {
        return new HostFiles(root)
                .readText(HostLayout.proftpdPasswords(account.name())).stream()
                        .flatMap(String::lines)
                        .flatMap(line -> FtpLogin.parse(line).stream())
                        .anyMatch(FtpLogin::isLocked);
    }

    private static Optional<FtpLogin> checked(
            String line,
            int number,
            ArchivedAccount archived,
            Account account,
            Set<String> domains,
            boolean restricted,
            RestoreNotes notes) {
        String where = MEMBER + " line " + number + ": ";
        Optional<FtpLogin> found = FtpLogin.parse(line);
        if (found.isEmpty() || !NewUser.isHash(found.get().unlocked().hash())) {
            notes.skipped(where + "not an FTP login");
            return Optional.empty();
        }
        FtpLogin login = found.get();
        String old = archived.name().value();
        String name = account.name().value();
        if (login.login().equals(old)) {
            return Optional.of(own(login, name, account, account.home(), shell(login, restricted)));
        }
        if (login.login().equals(old + "_logs")) {
            return Optional.of(
                    own(login, name + "_logs", account, LOGS + name, shell(login, restricted)));
        }
        int at = login.login().lastIndexOf('@');
        if (at < 1
                || !LOCAL_PART.matcher(login.login().substring(0, at)).matches()
                || !domains.contains(login.login().substring(at + 1))) {
            notes.skipped(where + "a login of no domain that this account has");
            return Optional.empty();
        }
        String home = archived.moved(login.home(), account.home());
        boolean inside =
                DocumentRoot.isValid(home)
                        && !home.contains(":")
                        && (home.equals(account.home()) || home.startsWith(account.home() + "/"));
        if (!inside) {
            notes.skipped(where + "its folder lies outside of the home");
            return Optional.empty();
        }
        return Optional.of(own(login, login.login(), account, home, shell(login, restricted)));
    }

    private static String shell(FtpLogin login, boolean restricted) {
        return !restricted && NewUser.isPath(login.shell()) ? login.shell() : SHELL;
    }

    private static FtpLogin own(
            FtpLogin login, String name, Account account, String home, String shell) {
        return new FtpLogin(
                name,
                login.hash(),
                Integer.toString(account.uid()),
                Integer.toString(account.gid()),
                account.name().value(),
                home,
                shell);
    }
}
