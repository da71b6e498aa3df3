package dev.packhorse.engine.daemon;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.schedule.Slot;
import dev.packhorse.engine.schedule.SlotListener;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes slots into the daemon's log, and tells people of those that were missed.
record SlotLog(Notices notices) implements SlotListener {
    private static final Logger LOG = LoggerFactory.getLogger(SlotLog.class);

    @Override
    public void fired(Slot slot, JobId job, boolean late) {
        LOG.atInfo()
                .addKeyValue("slot", slot.name())
                .addKeyValue("run", job)
                .addKeyValue("late", late)
                .log("run enqueued");
    }

    @Override
    public void missed(List<Slot> slots) {
        LOG.atWarn()
                .addKeyValue("slots", slots.stream().map(Slot::name).toList())
                .log("slots were missed and are too old to be made up for");
        notices.tell(Events.slotsMissed(slots.stream().map(Slot::name).toList()));
    }
}
