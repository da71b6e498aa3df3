package dev.packhorse.engine.schedule;

import dev.packhorse.engine.model.JobId;
import java.util.List;

/// Told about slots, on the clock's thread. Must not throw.
public interface SlotListener {
    /// A slot's run was put into the queue.
    ///
    /// @param late whether it had been missed and is caught up
    void fired(Slot slot, JobId job, boolean late);

    /// Slots that passed without a run and are too old to be caught up, oldest first.
    void missed(List<Slot> slots);
}
