package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ReuseReport;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.PackSkip;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.session.SessionLog;
import java.util.List;
import java.util.stream.Collectors;

/// The lines by which wrapper scripts learn how an archive was made and where it is.
///
/// Source: cpmove-format 1.1 and whmapi1-protocol 11.6, both from published logs of `pkgacct`.
final class PkgacctLog {
    private PkgacctLog() {}

    static void begin(SessionLog log, PkgacctArguments arguments) {
        log.line("pkgacct started.");
        log.line(
                ("pkgacct version 10 - user : %s - tarball: 1 - target mysql : %s - split: %d"
                                + " - incremental: %d - homedir: %d - mailman: %d - backup: %d"
                                + " - archive version: 4 - running with uid %d")
                        .formatted(
                                arguments.account(),
                                arguments.mysqlVersion().isEmpty()
                                        ? "default"
                                        : arguments.mysqlVersion(),
                                flag(arguments.partBytes() > 0),
                                flag(arguments.incremental()),
                                flag(!arguments.skips().contains(PackSkip.HOME)),
                                flag(!arguments.skips().contains(PackSkip.MAILMAN)),
                                flag(arguments.naming() == ArchiveNaming.BACKUP),
                                Identity.ofProcess().uid()));
        log.line("pkgacct target folder : " + arguments.folder());
        if (!arguments.skips().isEmpty()) {
            log.line(
                    "Left out on request: "
                            + arguments.skips().stream()
                                    .map(PackSkip::what)
                                    .collect(Collectors.joining("; ")));
        }
    }

    private static int flag(boolean value) {
        return value ? 1 : 0;
    }

    static void end(
            SessionLog log, List<Delivery.Delivered> files, AccountArchiver.Archived archived) {
        for (Delivery.Delivered file : files) {
            log.line("pkgacctfile is: " + file.path());
            log.line("md5sum is: " + file.md5());
            log.line("size is: " + file.sizeBytes());
        }
        totals(log, archived);
        log.line("pkgacct completed");
    }

    /// What does not depend on how the archive was delivered.
    static void totals(SessionLog log, AccountArchiver.Archived archived) {
        log.line("sha256sum is: " + archived.archive().sha256());
        PackReport home =
                archived.reports().getOrDefault(Components.HOMEDIR.value(), PackReport.EMPTY);
        log.line("homesize is: " + home.counts().getOrDefault("bytes", 0L));
        log.line("homefiles is: " + home.counts().getOrDefault("files", 0L));
        long excluded = home.counts().getOrDefault("excluded", 0L);
        if (excluded > 0) {
            log.line("left out by exclude files: " + excluded);
        }
        ReuseReport reuse = archived.archive().reuse();
        if (reuse.takenSegments() > 0) {
            log.line(
                    "taken over from the archive before: %d of %d bytes; read again to be sure: %d parts, of which %d differed"
                            .formatted(
                                    reuse.takenBytes(),
                                    archived.archive().sizeBytes(),
                                    reuse.provenSegments() + reuse.disprovenSegments(),
                                    reuse.disprovenSegments()));
        }
    }
}
