package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.job.DrillRequests;
import dev.packhorse.engine.job.VerifyPlanner;
import dev.packhorse.engine.job.VerifyRequests;
import dev.packhorse.engine.model.DestinationId;
import java.util.function.Predicate;

/// What the functions of verification and drills work with.
///
/// @param planner makes plans of a day
/// @param requests asks for verifications
/// @param daily at which places copies are verified by the day
/// @param drills what was shown by restores that were tried
/// @param drillRequests asks for more of these
public record VerifyDesk(
        VerifyPlanner planner,
        VerifyRequests requests,
        Predicate<DestinationId> daily,
        Drills drills,
        DrillRequests drillRequests) {}
