package dev.packhorse.engine.job;

import dev.packhorse.engine.model.QuietHours;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.JobRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether scheduled work may begin now: not in quiet hours, and not while the machine's disks keep
/// its programs waiting. Work that runs goes on, and what somebody asked for by hand never waits.
/// Safe for many threads.
///
/// Source: the kernel's documentation, `accounting/psi`.
///
/// @param quiet when nothing begins
/// @param zone whose times of day are meant
/// @param mostPressure the share of time, in percent over the last minute, for which programs may
///   wait for disks; 0 for no limit
/// @param pressure the kernel's file about it; a kernel without one knows no pressure
public record Admission(
        QuietHours quiet, ZoneId zone, int mostPressure, Path pressure, InstantSource clock) {
    /// Where Linux has the file.
    public static final Path PRESSURE = Path.of("/proc/pressure/io");

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration UNDER_PRESSURE = Duration.ofSeconds(30);
    private static final Pattern SOME = Pattern.compile("(?m)^some .*avg60=(\\d{1,3})(?:\\.\\d+)?");

    /// How a job that may not begin now ends for the moment, empty if it may.
    Optional<JobOutcome> deferral(Job job) {
        if (job.request().priority() < JobRequest.Priority.SCHEDULED) {
            return Optional.empty();
        }
        Optional<Duration> left = quiet.left(clock.instant(), zone);
        if (left.isPresent()) {
            // The clock may be set meanwhile.
            Duration wait = left.get().compareTo(LONGEST) > 0 ? LONGEST : left.get();
            return Optional.of(new JobOutcome.Snoozed(wait, "these are quiet hours"));
        }
        if (mostPressure > 0 && measured() >= mostPressure) {
            return Optional.of(
                    new JobOutcome.Snoozed(
                            UNDER_PRESSURE,
                            "the disks keep this server's programs waiting (backup.io_pressure)"));
        }
        return Optional.empty();
    }

    private int measured() {
        try {
            Matcher some = SOME.matcher(Files.readString(pressure));
            return some.find() ? Integer.parseInt(some.group(1)) : 0;
        } catch (NoSuchFileException _) {
            return 0;
        } catch (IOException e) {
            // A kernel that was built with it and started without it refuses to read the file.
            LOG.atDebug().setCause(e).log("pressure of input and output is unknown");
            return 0;
        }
    }
}
