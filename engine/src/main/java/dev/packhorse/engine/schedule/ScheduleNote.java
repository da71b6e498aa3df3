package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.DayTimes;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps over restarts which schedule is in force and since when, in a small file. The schedule as
/// a whole and no digest of it, so that a night that was due before a change as well is not lost by
/// the change. No trouble with the file stops the backups.
///
/// @param file where it is kept; need not exist
record ScheduleNote(Path file) {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleNote.class);

    /// What was noted last, empty if nothing was or it cannot be read.
    Optional<InForce> read() {
        try {
            return Optional.of(parse(FlatYaml.read(file)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log("since when the schedule is in force cannot be read; it is noted anew");
            return Optional.empty();
        }
    }

    /// Notes it durably.
    ///
    /// @return false if it could not be written, which is logged
    boolean write(InForce schedule) {
        ScheduleSettings settings = schedule.settings();
        SortedMap<String, Optional<String>> lines = new TreeMap<>();
        lines.put("since", Optional.of(schedule.since().toString()));
        lines.put("enabled", Optional.of(Boolean.toString(settings.enabled())));
        lines.put("daily", Optional.of(join(settings.dailyDays())));
        lines.put("weekly", Optional.of(join(settings.weeklyDays())));
        lines.put("monthly", Optional.of(join(settings.monthlyDates())));
        lines.put("times", Optional.of(join(settings.times().times())));
        lines.put("zone", Optional.of(settings.zone().getId()));
        try {
            AtomicFile.replace(file, FlatYaml.write(lines));
            return true;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log("since when the schedule is in force could not be noted");
            return false;
        }
    }

    private static InForce parse(Map<String, FlatYaml.Entry> lines) {
        return new InForce(
                new ScheduleSettings(
                        Boolean.parseBoolean(text(lines, "enabled")),
                        each(text(lines, "daily"), DayOfWeek::valueOf),
                        each(text(lines, "weekly"), DayOfWeek::valueOf),
                        each(text(lines, "monthly"), Integer::valueOf),
                        DayTimes.parse(text(lines, "times")),
                        ZoneId.of(text(lines, "zone")),
                        Duration.ZERO),
                Instant.parse(text(lines, "since")));
    }

    private static String text(Map<String, FlatYaml.Entry> lines, String key) {
        return Optional.ofNullable(lines.get(key))
                .flatMap(FlatYaml.Entry::value)
                .orElseThrow(() -> new IllegalArgumentException("the line " + key + " is missing"));
    }

    private static String join(Collection<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static <T> Set<T> each(String text, Function<String, T> parse) {
        return Arrays.stream(text.split(",", -1))
                .filter(part -> !part.isEmpty())
                .map(parse)
                .collect(Collectors.toUnmodifiableSet());
    }
}
