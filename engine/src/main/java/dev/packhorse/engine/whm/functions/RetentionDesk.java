package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.PruneRequests;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.schedule.ScheduleSettings;
import java.util.function.Supplier;

/// What the functions of retention work with.
///
/// @param planner makes plans
/// @param pins the pins
/// @param requests asks for prunes
/// @param schedule the schedule in force
public record RetentionDesk(
        PrunePlanner planner,
        PinStore pins,
        PruneRequests requests,
        Supplier<ScheduleSettings> schedule) {}
