package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Has Dovecot count how full the restored mailboxes are: it keeps sums, which tell of what was
/// there before, and mail would be refused, or let in, by them.
///
/// Source: doveadm-quota(1).
final class MailQuotas {
    private static final ByteName PASSWD = ByteName.of("passwd");
    private static final Pattern BOX = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}");
    private static final int MAX_BYTES = 1 << 20;

    private final ServicePrograms programs;
    private final RestoreTarget target;

    MailQuotas(ServicePrograms programs, RestoreTarget target) {
        this.programs = programs;
        this.target = target;
    }

    /// The mailboxes of the account's domains. With the account's rights.
    List<String> mailboxes(Directory home) throws IOException {
        List<String> boxes = new ArrayList<>();
        for (String domain : target.domains()) {
            Optional<Directory> folder = HomeWork.open(home, "etc/" + domain);
            if (folder.isPresent()) {
                try (Directory opened = folder.get()) {
                    HomeWork.text(opened, PASSWD, MAX_BYTES)
                            .orElse("")
                            .lines()
                            .map(line -> line.split(":", 2)[0])
                            .filter(box -> BOX.matcher(box).matches())
                            .forEach(box -> boxes.add(box + "@" + domain));
                }
            }
        }
        return boxes;
    }

    /// Counts them. A server that keeps no sums is left alone.
    void recount(List<String> mailboxes) throws IOException {
        Optional<Path> program =
                programs.find(target.context().services().root(), ServicePrograms.MAIL_SERVER);
        if (program.isEmpty()) {
            return;
        }
        for (String mailbox : mailboxes) {
            Optional<String> fault =
                    programs.run(
                            program.get(),
                            List.of("quota", "recalc", "-u", mailbox),
                            target.context().cancellation());
            if (fault.isPresent()) {
                target.context()
                        .log()
                        .line("Mailboxes from " + mailbox + " on were not counted: " + fault.get());
                return;
            }
        }
    }
}
