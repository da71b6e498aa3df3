package dev.packhorse.engine.job;

import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The backup directory of this server.
record LocalPlace(BackupDirectory directory) implements PrunedPlace {
    @Override
    public Found look(List<RestorePoint> points, Cancellation cancellation) throws IOException {
        directory.requireThere();
        List<RestorePoint> missing = new ArrayList<>();
        for (RestorePoint point : points) {
            cancellation.check();
            Path place = directory.place(point.archive());
            boolean there =
                    point.form() == ArchiveForm.INCREMENTAL
                            ? Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
                            : Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
            if (!there) {
                missing.add(point);
            }
        }
        return new Found(points.size() - missing.size(), missing);
    }

    @Override
    public Optional<Instant> lockedUntil(RestorePoint point) {
        return Optional.empty();
    }

    @Override
    public void remove(RestorePoint point) throws IOException {
        directory.delete(point.archive());
    }

    @Override
    public String folder(RestorePoint point) {
        return directory.root().resolve(point.tier().folder() + point.slot()).toString();
    }

    /// Only what this program makes is removed, and only while it is empty: a folder with anything
    /// else in it stays.
    @Override
    public int sweep(LocalDate before, List<RestorePoint> removed) throws IOException {
        int swept = 0;
        for (Tier tier : Tier.values()) {
            for (Path dated : dated(directory.root().resolve(tier.folder()), before)) {
                Path accounts = dated.resolve("accounts");
                removeIfEmpty(accounts.resolve(".packhorse"));
                removeIfEmpty(accounts);
                swept += removeIfEmpty(dated) ? 1 : 0;
            }
        }
        return swept;
    }

    private static List<Path> dated(Path folder, LocalDate before) throws IOException {
        List<Path> dated = new ArrayList<>();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    if (isDatedBefore(entry, before)) {
                        dated.add(entry);
                    }
                }
            }
        }
        return dated;
    }

    private static boolean isDatedBefore(Path folder, LocalDate before) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && SlotName.find(String.valueOf(folder.getFileName()))
                        .filter(slot -> slot.date().isBefore(before))
                        .isPresent();
    }

    private static boolean removeIfEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException _) {
            return false;
        }
    }

    @Override
    public void close() {}
}
