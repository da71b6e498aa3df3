package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Reads and installs crontabs: through `crontab` on the running system, as files of the spool
/// below a foreign root.
final class Crontabs {
    private static final String DEBIAN_SPOOL = "/var/spool/cron/crontabs";

    private final HostFiles files;

    Crontabs(HostFiles files) {
        this.files = files;
    }

    /// The account's crontab, empty if it has none.
    Optional<byte[]> read(Account account) throws IOException {
        return files.readBytes(place(account), CronText.MAX_BYTES);
    }

    /// Makes this the account's crontab.
    void install(Account account, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        if (files.root().isForeign()) {
            files.replaceContent(
                    place(account), content, new FileRights(0600, account.uid(), account.gid()));
            return;
        }
        HostProgram.run(
                List.of("crontab"),
                List.of("-u", account.name().value(), "-"),
                input -> input.write(content));
    }

    private String place(Account account) throws IOException {
        Optional<FileStat> debian = files.stat(DEBIAN_SPOOL);
        return debian.isPresent() && debian.get().type() == FileType.DIRECTORY
                ? HostLayout.debianCrontab(account.name())
                : HostLayout.crontab(account.name());
    }
}
