package dev.packhorse.engine.job;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.transport.spi.ObjectKey;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The archives in the backup directory that open uploads wait to send, in the order in which they
/// were packed. An archive that is linked into several calendars takes up its space once.
///
/// @param bytes the space that they take up
/// @param archives an upload of each that none sends right now
record WaitingArchives(long bytes, List<UploadArguments> archives) {
    private static final Set<JobState> OPEN =
            EnumSet.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);

    static WaitingArchives of(JobQueue queue, BackupDirectory directory) {
        Map<String, UploadArguments> byKey = new LinkedHashMap<>();
        Set<String> active = new HashSet<>();
        queue.forEach(
                JobFilter.of(Set.of(JobKind.UPLOAD), OPEN),
                job -> {
                    UploadArguments upload = read(job);
                    byKey.putIfAbsent(upload.archive(), upload);
                    if (job.state() == JobState.ACTIVE) {
                        active.add(upload.archive());
                    }
                });
        List<UploadArguments> here = new ArrayList<>();
        Set<String> digests = new HashSet<>();
        long bytes = 0;
        for (UploadArguments upload : byKey.values()) {
            if (Files.exists(directory.place(new ObjectKey(upload.archive())))) {
                if (!active.contains(upload.archive())) {
                    here.add(upload);
                }
                bytes += digests.add(upload.sha256()) ? upload.sizeBytes() : 0;
            }
        }
        return new WaitingArchives(bytes, here);
    }

    private static UploadArguments read(Job job) {
        return JobJson.read(job.request().arguments(), UploadArguments.class);
    }
}
