package dev.packhorse.engine.schedule;

import java.time.Duration;
import java.time.Instant;

/// A schedule and since when it holds. A slot that it names for a time before that was never due.
///
/// @param settings days, times and zone; how late a slot is caught up is no part of it
/// @param since slots that start after this were due
record InForce(ScheduleSettings settings, Instant since) {
    InForce {
        settings = calendar(settings);
    }

    private static ScheduleSettings calendar(ScheduleSettings settings) {
        return new ScheduleSettings(
                settings.enabled(),
                settings.dailyDays(),
                settings.weeklyDays(),
                settings.monthlyDates(),
                settings.times(),
                settings.zone(),
                Duration.ZERO);
    }

    /// Whether a slot was due at that instant, by whatever name.
    boolean hadSlot(Instant at) {
        return at.isAfter(since) && !SlotPlanner.between(at.minusNanos(1), at, settings).isEmpty();
    }

    /// This one, or where the settings are others now, those from an instant on.
    InForce followedBy(ScheduleSettings now, Instant begins) {
        InForce next = new InForce(now, begins);
        return next.settings.equals(settings) ? this : next;
    }

    /// This one since the instant at the latest: what lies ahead was noted by a clock that was
    /// wrong.
    InForce notAfter(Instant latest) {
        return since.isAfter(latest) ? new InForce(settings, latest) : this;
    }
}
