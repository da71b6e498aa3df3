package dev.packhorse.engine.job;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.Headway;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How far the runs of each upload came. Kept in memory, for the uploads that ran last: one that is
/// not known begins anew, which costs it a try at most. Safe for many threads.
public final class UploadHeadways {
    private static final int MOST = 1_000;

    private final SequencedMap<String, Headway> headways = new LinkedHashMap<>(16, 0.75f, true);

    /// The archive of an upload, whose reading counts.
    Content watch(UploadArguments upload, Content archive) {
        return of(upload).watch(archive);
    }

    /// Whether an upload got on since this was asked last.
    boolean gotOn(UploadArguments upload) {
        return of(upload).gotOn();
    }

    private synchronized Headway of(UploadArguments upload) {
        String name = upload.destination() + "\n" + upload.archive() + "\n" + upload.sha256();
        Headway headway = headways.computeIfAbsent(name, _ -> new Headway(upload.sizeBytes()));
        if (headways.size() > MOST) {
            headways.pollFirstEntry();
        }
        return headway;
    }
}
