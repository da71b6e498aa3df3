package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads and installs crontabs, as files of the spool: the program `crontab` asks PAM whether the
/// user may have one, and refuses a user that has expired, as each does that is being restored.
///
/// Source: cron(8) of cronie and of Debian: a crontab belongs to its user, no other may write it,
/// and cron looks again when its folder's time has changed.
final class Crontabs {
    private static final String DEBIAN_SPOOL = "/var/spool/cron/crontabs";

    /// The daemon of cronie.
    private static final List<String> CRONIE = List.of("/usr/sbin/crond", "/usr/bin/crond");

    /// The group of Debian's crontabs.
    private static final String DEBIAN_GROUP = "crontab";

    private final HostFiles files;

    Crontabs(HostFiles files) {
        this.files = files;
    }

    /// The account's crontab, also one that was put aside; empty if it has none.
    Optional<byte[]> read(Account account) throws IOException {
        Optional<byte[]> aside = files.readBytes(aside(account), CronText.MAX_BYTES);
        return aside.isPresent() ? aside : files.readBytes(place(account), CronText.MAX_BYTES);
    }

    /// Takes the crontab away from cron and keeps it, byte for byte, with its rights.
    ///
    /// @throws IOException if that failed, or another one was put aside before
    void putAside(Account account) throws IOException {
        move(place(account), aside(account), account);
    }

    /// The reverse.
    ///
    /// @throws IOException if that failed, or there is another one meanwhile
    void bringBack(Account account) throws IOException {
        move(aside(account), place(account), account);
    }

    /// The new file is there before the old one goes; cron looks again, since its folder changes.
    private void move(String from, String to, Account account) throws IOException {
        Optional<byte[]> content = files.readBytes(from, CronText.MAX_BYTES);
        Optional<FileStat> stat = files.stat(from);
        if (content.isEmpty() || stat.isEmpty()) {
            return;
        }
        Optional<byte[]> there = files.readBytes(to, CronText.MAX_BYTES);
        if (there.isPresent() && !Arrays.equals(there.get(), content.get())) {
            throw new IOException(
                    "account "
                            + account.name()
                            + " has two crontabs, "
                            + from
                            + " and "
                            + to
                            + "; remove the one that is not wanted");
        }
        files.makeFolder(HostLayout.suspendedThingsFolder(), FileRights.ofRoot(0700));
        if (there.isEmpty()) {
            files.write(to, content.get(), FileRights.of(stat.get()));
        }
        files.remove(from);
    }

    private static String aside(Account account) {
        return HostLayout.suspendedCrontab(account.name());
    }

    /// Makes this the account's crontab; that of a suspended one waits aside.
    void install(Account account, String text) throws IOException {
        byte[] content = LosslessText.encode(text);
        if (files.stat(HostLayout.suspended(account.name())).isPresent()) {
            files.makeFolder(HostLayout.suspendedThingsFolder(), FileRights.ofRoot(0700));
            files.write(aside(account), content, rights(account));
            return;
        }
        files.write(place(account), content, rights(account));
    }

    /// Why no cron would run the jobs, empty if one does. The folder of crontabs comes with
    /// Debian's cron; the one above it tells nothing, since it comes with `at`, too.
    Optional<String> lack() throws IOException {
        if (isDebian()) {
            return Optional.empty();
        }
        for (String daemon : CRONIE) {
            if (files.stat(daemon).isPresent()) {
                return Optional.empty();
            }
        }
        return Optional.of(
                "no cron on this server (neither "
                        + DEBIAN_SPOOL
                        + " nor "
                        + CRONIE.getFirst()
                        + "), so no job would run; install cron and restore the module Cron");
    }

    /// Whether cron takes a time that it chooses itself, as `0~59`: where it does not, cronie
    /// leaves out the one job, and Debian's cron the whole crontab.
    boolean takesChoice() throws IOException {
        return !isDebian();
    }

    private FileRights rights(Account account) throws IOException {
        Optional<Integer> group =
                isDebian()
                        ? new UserDatabase(files.root()).groupId(DEBIAN_GROUP)
                        : Optional.empty();
        return new FileRights(0600, account.uid(), group.orElse(account.gid()));
    }

    private String place(Account account) throws IOException {
        return isDebian()
                ? HostLayout.debianCrontab(account.name())
                : HostLayout.crontab(account.name());
    }

    private boolean isDebian() throws IOException {
        Optional<FileStat> debian = files.stat(DEBIAN_SPOOL);
        return debian.isPresent() && debian.get().type() == FileType.DIRECTORY;
    }
}
