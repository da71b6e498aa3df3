package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.session.SessionId;
import java.util.function.BiConsumer;

/// Tells those who look on at packing how many members and bytes of content are done.
///
/// @param expectedBytes about how much content there will be, 0 if nobody knows
record PackTeller(JobContext job, long expectedBytes, SessionId session)
        implements BiConsumer<Long, Long> {
    @Override
    public void accept(Long members, Long bytes) {
        job.progress(
                JobJson.write(
                        new Progress("packing", members, bytes, expectedBytes, session.value())));
    }
}
