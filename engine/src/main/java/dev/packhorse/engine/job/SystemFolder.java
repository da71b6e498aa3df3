package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FolderSwap;
import dev.packhorse.engine.system.DatabaseDumps;
import dev.packhorse.engine.system.DumpGaps;
import dev.packhorse.engine.tree.TreeLeftovers;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// System backups in the backup directory, `[weekly/|monthly/]DATE/system/`, which have that name
/// only when they are whole; and their keys at destinations. Only root may change the directory.
///
/// Source: cpmove-format 3.1 and 3.4; the name of the bundle at a destination is ours.
record SystemFolder(BackupDirectory directory) {
    private static final Logger LOG = LoggerFactory.getLogger(SystemFolder.class);
    private static final String NAME = "system";
    private static final String BUNDLE = "system_files.tar";
    private static final Pattern KEY =
            Pattern.compile("(|weekly/|monthly/)([0-9-]{10})/" + Pattern.quote(BUNDLE));

    /// Where the backup of a run lies.
    Path place(Tier tier, LocalDate date) {
        return dated(tier, date).resolve(NAME);
    }

    private Path dated(Tier tier, LocalDate date) {
        return directory.root().resolve(tier.folder() + date);
    }

    /// The key of the bundle of a run at a destination.
    static ObjectKey bundleKey(Tier tier, LocalDate date) {
        return new ObjectKey(tier.folder() + date + "/" + BUNDLE);
    }

    /// The date of a bundle of a calendar, empty for any other key.
    static Optional<LocalDate> bundleDate(Tier tier, ObjectKey key) {
        Matcher form = KEY.matcher(key.value());
        return form.matches() && form.group(1).equals(tier.folder())
                ? ArchiveKey.date(form.group(2))
                : Optional.empty();
    }

    /// An empty folder to pack into, where nothing takes it for a backup.
    Path begin(Tier tier, LocalDate date, JobId job) throws IOException {
        Path folder = dated(tier, date).resolve(BackupDirectory.PARTIAL + job);
        directory.makeFolders(dated(tier, date));
        try (Directory opened = Directory.openTrusted(dated(tier, date))) {
            FolderSwap.putBack(opened, ByteName.of(NAME));
        }
        TreeLeftovers.remove(folder);
        directory.makeFolders(folder);
        return folder;
    }

    /// Removes what was begun and does not get its name. What cannot be removed now goes with the
    /// next start.
    static void giveUp(Path packed) {
        try {
            TreeLeftovers.remove(packed);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("folder", packed)
                    .setCause(e)
                    .log("a system backup that was given up could not be removed");
        }
    }

    /// Gives a packed folder its name. An earlier backup of the same run makes way for it.
    void publish(Path packed, Tier tier, LocalDate date) throws IOException {
        try (Directory opened = Directory.openTrusted(dated(tier, date))) {
            FolderSwap.publish(
                    opened, ByteName.of(String.valueOf(packed.getFileName())), ByteName.of(NAME));
        }
    }

    /// Gives a whole backup a second name in another calendar: hard links, or copies where links do
    /// not reach.
    void link(Tier from, Tier to, LocalDate date, JobId job) throws IOException {
        Path target = begin(to, date, job);
        boolean published = false;
        try {
            linkAll(place(from, date), target);
            publish(target, to, date);
            published = true;
        } finally {
            if (!published) {
                giveUp(target);
            }
        }
    }

    private void linkAll(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.skip(1).toList()) {
                Path there = target.resolve(source.relativize(each));
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    directory.makeFolders(there);
                } else {
                    BackupDirectory.linkOrCopy(each, there);
                }
            }
        }
    }

    /// Takes dumps over from an earlier backup of the same run, as far as the one that comes into
    /// its place lacks them.
    void keepDumps(Path packed, Tier tier, LocalDate date, DumpGaps gaps) throws IOException {
        Path earlier = place(tier, date);
        for (String database : DatabaseDumps.in(earlier)) {
            Path there = DatabaseDumps.file(packed, database);
            if (gaps.has(database) && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                directory.makeFolders(Objects.requireNonNull(there.getParent()));
                BackupDirectory.linkOrCopy(DatabaseDumps.file(earlier, database), there);
            }
        }
    }

    /// The newest backups of a calendar that have dumps which the one that was made lacks. Those
    /// that are dated ahead count for nothing, as in [#surplus].
    ///
    /// @param made the date of the one that was made
    LastDumps lastDumps(Tier tier, DumpGaps gaps, LocalDate made, Instant now) throws IOException {
        if (!gaps.any()) {
            return LastDumps.NONE;
        }
        Set<String> found = new HashSet<>();
        List<String> holders = new ArrayList<>();
        LocalDate oldest = made;
        for (LocalDate date : begun(dates(tier), made, now)) {
            oldest = date;
            Set<String> dumps = DatabaseDumps.in(place(tier, date));
            dumps.removeIf(database -> !gaps.has(database));
            if (found.addAll(dumps)) {
                holders.add(date.toString());
            }
        }
        // Beside those that were found there may be databases that never had a dump here.
        boolean unknown = gaps.all() || !found.containsAll(gaps.databases());
        return new LastDumps(unknown, holders, oldest.toString());
    }

    /// Which of a calendar's backups are more than are kept when one was made. It is never one of
    /// them, whatever is configured. Those of later dates count for nothing, nor do those of days
    /// that have begun nowhere yet: the clock was ahead when they were made.
    ///
    /// @param made the date of the one that was made
    static List<LocalDate> surplus(
            Collection<LocalDate> dates, LocalDate made, Instant now, int kept) {
        return begun(dates, made, now).stream().skip(Math.max(1, kept)).toList();
    }

    /// The dates until that of a backup that was made, without those that have begun nowhere yet;
    /// the newest first.
    private static List<LocalDate> begun(Collection<LocalDate> dates, LocalDate made, Instant now) {
        LocalDate today = now.atOffset(ZoneOffset.MAX).toLocalDate();
        return dates.stream()
                .filter(date -> !date.isAfter(made) && !date.isAfter(today))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /// The dates of a calendar that have a backup, the newest first.
    List<LocalDate> dates(Tier tier) throws IOException {
        List<LocalDate> dates = new ArrayList<>();
        Path folder = directory.root().resolve(tier.folder());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return dates;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                ArchiveKey.date(String.valueOf(entry.getFileName()))
                        .filter(date -> Files.isDirectory(place(tier, date)))
                        .ifPresent(dates::add);
            }
        }
        dates.sort(Comparator.reverseOrder());
        return dates;
    }

    /// Removes the backup of a run, and its date's folder if nothing else is in it.
    void remove(Tier tier, LocalDate date, JobId job) throws IOException {
        Path aside = dated(tier, date).resolve(BackupDirectory.PARTIAL + job + ".old");
        TreeLeftovers.remove(aside);
        Files.move(place(tier, date), aside, StandardCopyOption.ATOMIC_MOVE);
        TreeLeftovers.remove(aside);
        try {
            Files.delete(dated(tier, date));
        } catch (DirectoryNotEmptyException _) {
            // Archives of accounts are there.
        }
    }
}
