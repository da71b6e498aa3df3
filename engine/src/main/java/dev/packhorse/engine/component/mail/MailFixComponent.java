package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomePasswd;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What mail programs demand of a home: folders of mailboxes into which nobody else can write,
/// logins with the account's numbers and folders on this server, password files that nobody else
/// can read, and a note of the mailboxes' form. All as the account; what is in order stays
/// untouched. Dovecot counts the mailboxes anew.
public final class MailFixComponent extends ActionComponent {
    private static final int OTHERS_WRITE = 0022;
    private static final int STRANGERS = 0007;
    private static final ByteName FORMAT = ByteName.of("mailbox_format.cpanel");
    private static final List<String> SECRETS = List.of("shadow", "passwd", "quota");
    private static final int MOST_FOLDERS = 20_000;

    private final ServicePrograms programs;

    public MailFixComponent() {
        this(ServicePrograms.ofSystem());
    }

    /// @param programs by which the mail server is driven
    public MailFixComponent(ServicePrograms programs) {
        super(
                new ComponentName("MailFix"),
                "Repairs rights of mailboxes, and mail logins and passwords in the home.",
                true,
                Set.of(Components.HOMEDIR, Components.CP_USER, new ComponentName("Roundcube")));
        this.programs = programs;
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        MailQuotas quotas = new MailQuotas(programs, target);
        List<String> mailboxes =
                HomeWork.in(
                        target.context().services().root(),
                        target.account(),
                        home -> {
                            fix(home, target);
                            return quotas.mailboxes(home);
                        });
        quotas.recount(mailboxes);
        return target.notes().isEmpty() ? RestoreReport.nothing() : target.notes().report(Map.of());
    }

    private static void fix(Directory home, RestoreTarget target) throws IOException {
        fixBoxes(home, target);
        for (String domain : target.domains()) {
            String boxes = target.account().home() + "/mail/" + domain + "/";
            new HomePasswd(target, "etc/" + domain, boxes::concat).fit(home);
            fixSecrets(home, "etc/" + domain, target);
        }
    }

    private static void fixBoxes(Directory home, RestoreTarget target) throws IOException {
        Optional<Directory> mail = HomeWork.open(home, "mail");
        if (mail.isEmpty()) {
            return;
        }
        try (Directory opened = mail.get()) {
            int[] seen = {0};
            fixFolder(opened, "mail", 1, seen, target);
            String form = target.account().setting("MAILBOX_FORMAT", "maildir");
            if (opened.find(FORMAT).isEmpty() && form.matches("maildir|mdbox")) {
                HomeWork.replace(opened, FORMAT, form, 0644);
                target.notes().altered("mail/" + FORMAT + ": written, the mailboxes are " + form);
            }
        }
    }

    /// Folders of mailboxes lie four deep: `mail/DOMAIN/BOX/.Folder`, `cur` and the like in them.
    private static void fixFolder(
            Directory folder, String path, int depth, int[] seen, RestoreTarget target)
            throws IOException {
        target.context().cancellation().check();
        FileStat stat = folder.stat();
        if ((stat.mode() & OTHERS_WRITE) != 0 && stat.uid() == target.account().uid()) {
            folder.setMode(stat.mode() & ~OTHERS_WRITE);
            target.notes().altered(path + ": others can no longer write in it");
        }
        if (depth == 5 || isMessages(path)) {
            return;
        }
        for (ByteName name : folder.list()) {
            if (folder.stat(name).type() != FileType.DIRECTORY) {
                continue;
            }
            if (++seen[0] > MOST_FOLDERS) {
                target.notes()
                        .skipped("mail: more than " + MOST_FOLDERS + " folders, not all looked at");
                return;
            }
            Optional<Directory> below = HomeWork.open(folder, name.toString());
            if (below.isPresent()) {
                try (Directory opened = below.get()) {
                    fixFolder(opened, path + "/" + name, depth + 1, seen, target);
                }
            }
        }
    }

    private static boolean isMessages(String path) {
        return path.endsWith("/cur") || path.endsWith("/new") || path.endsWith("/tmp");
    }

    private static void fixSecrets(Directory home, String path, RestoreTarget target)
            throws IOException {
        Optional<Directory> folder = HomeWork.open(home, path);
        if (folder.isEmpty()) {
            return;
        }
        try (Directory opened = folder.get()) {
            for (String name : SECRETS) {
                ByteName file = ByteName.of(name);
                Optional<FileStat> stat = opened.find(file);
                boolean open =
                        stat.isPresent()
                                && stat.get().type() == FileType.REGULAR
                                && stat.get().uid() == target.account().uid()
                                && (stat.get().mode() & STRANGERS) != 0
                                && (stat.get().mode() & 0400) != 0;
                if (open) {
                    close(opened, file, path + "/" + name, target);
                }
            }
        }
    }

    private static void close(Directory folder, ByteName name, String path, RestoreTarget target)
            throws IOException {
        try (PosixFile file = folder.openForReading(name)) {
            file.setMode(file.stat().mode() & ~STRANGERS);
        }
        target.notes().altered(path + ": strangers can no longer read it");
    }
}
