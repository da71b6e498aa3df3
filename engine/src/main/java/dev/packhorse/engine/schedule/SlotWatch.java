package dev.packhorse.engine.schedule;

import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RunArguments;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts due slots into the queue. Each look covers the time since the last one, so that it does not
/// matter how often or how punctually somebody looks, nor what the clock did in between:
///
/// - Of the slots that passed since the last look, the newest is fired if it is younger than the
///   catch-up window; all others are reported as missed. So a clock that jumps ahead brings at most
///   one run.
/// - A clock that jumps back brings none: a slot that was fired has its row in the store.
/// - The first look after a start goes back by the catch-up window.
/// - A slot that the schedule has only since it was changed or switched on after the slot's time
///   was never due. One that it had before the change as well was.
///
/// Many threads may look; one does at a time.
final class SlotWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
    private static final Duration PUNCTUAL = Duration.ofMinutes(5);

    private static final Duration WORTH_A_LINE = Duration.ofMinutes(1);

    /// Longer than any outage whose missed slots are worth a line.
    private static final Duration LONGEST_REPORT = Duration.ofDays(400);

    private final JobQueue queue;
    private final String schedule;
    private final Supplier<ScheduleSettings> settings;
    private final InstantSource clock;
    private final UnaryOperator<JobRequest> addressing;
    private final SlotListener listener;
    private final ScheduleNote note;
    private @Nullable Instant seen;
    private @Nullable InForce inForce;
    private @Nullable InForce noted;

    /// A watch that looked at nothing yet.
    ///
    /// @param schedule the schedule's stable name
    /// @param addressing adds to the request what the deployment needs, as the node that runs it
    /// @param note keeps over restarts since when the schedule is in force
    SlotWatch(
            JobQueue queue,
            String schedule,
            Supplier<ScheduleSettings> settings,
            InstantSource clock,
            UnaryOperator<JobRequest> addressing,
            SlotListener listener,
            ScheduleNote note) {
        this.queue = queue;
        this.schedule = schedule;
        this.settings = settings;
        this.clock = clock;
        this.addressing = addressing;
        this.listener = listener;
        this.note = note;
    }

    /// Fires what is due. When the store fails, or the settings cannot be read, nothing is given
    /// up: the next look covers the same time again.
    synchronized void look() {
        Instant now = clock.instant();
        ScheduleSettings current = settings.get();
        if (seen != null && now.isBefore(seen)) {
            wentBack(Duration.between(now, seen));
            seen = now;
            return;
        }
        Instant begins = begins(now);
        InForce before = before(now, current, begins);
        boolean owed = seen == null && owes(before, now, current);
        Predicate<Slot> wasDue =
                slot ->
                        owed
                                || slot.at().isAfter(begins)
                                || (before.hadSlot(slot.at()) && !ranByDate(before, slot));
        Instant from = seen == null ? firstLook(now, current, wasDue) : seen;
        List<Slot> due = SlotPlanner.between(from, now, current).stream().filter(wasDue).toList();
        if (!due.isEmpty()) {
            fireNewest(due, now, current);
        }
        seen = now;
        // Last: a crash before it looks again by what was in force before.
        remember(before.followedBy(current, begins));
    }

    /// Since when settings hold that were not there at the last look. With the first look after a
    /// start nobody knows; in a process that rings, since the last ring, so that a change shortly
    /// before a slot does not lose it.
    private Instant begins(Instant now) {
        Instant earliest = now.minus(PUNCTUAL);
        if (seen == null) {
            return now;
        }
        return seen.isAfter(earliest) ? seen : earliest;
    }

    private InForce before(Instant now, ScheduleSettings current, Instant begins) {
        if (inForce == null) {
            noted = note.read().orElse(null);
        }
        InForce known = inForce == null ? noted : inForce;
        if (known == null) {
            // Versions before this one noted nothing; what they fired tells of them.
            known = new InForce(current, newestFired().isPresent() ? Instant.EPOCH : begins);
        }
        return known.notAfter(seen == null ? now : seen);
    }

    /// Whether a slot of the schedule before passed while nothing ran: one of the schedule now pays
    /// for it.
    private boolean owes(InForce before, Instant now, ScheduleSettings current) {
        Instant window = now.minus(current.catchUpWindow());
        Instant begin = before.since().isAfter(window) ? before.since() : window;
        Instant from =
                newestFired()
                        .map(slot -> SlotPlanner.startOf(slot, before.settings()))
                        .filter(at -> at.isAfter(begin))
                        .orElse(begin);
        return from.isBefore(now) && !SlotPlanner.between(from, now, before.settings()).isEmpty();
    }

    /// With one run a day a slot has its date for its name, whatever the times are now.
    private boolean ranByDate(InForce before, Slot slot) {
        return !before.settings().times().areSeveral()
                && newestFired()
                        .filter(newest -> !newest.hasTime() && newest.date().equals(slot.date()))
                        .isPresent();
    }

    /// What cannot be written is tried again at the next look.
    private void remember(InForce schedule) {
        inForce = schedule;
        if (!schedule.equals(noted) && note.write(schedule)) {
            noted = schedule;
        }
    }

    /// Forgets what has passed under other settings: a time of day that was moved to earlier this
    /// day was not missed.
    synchronized void settingsChanged() {
        seen = clock.instant();
    }

    private static void wentBack(Duration by) {
        if (by.compareTo(WORTH_A_LINE) > 0) {
            LOG.atWarn()
                    .addKeyValue("seconds", by.toSeconds())
                    .log("the clock went back; slots that were fired are not fired again");
        }
    }

    private void fireNewest(List<Slot> due, Instant now, ScheduleSettings current) {
        Slot newest = due.getLast();
        Duration age = Duration.between(newest.at(), now);
        boolean late = age.compareTo(PUNCTUAL) > 0;
        if (late && age.compareTo(current.catchUpWindow()) > 0) {
            reportMissed(notFired(due, current));
            return;
        }
        List<Slot> older = notFired(due.subList(0, due.size() - 1), current);
        fire(new Slot(newest.slot(), newest.at(), tiersOf(newest, current)), late);
        reportMissed(older);
    }

    private void fire(Slot slot, boolean late) {
        Optional<JobId> job = queue.fireSlot(schedule, slot.name(), request(slot));
        job.ifPresent(id -> {
            LOG.atInfo()
                    .addKeyValue("slot", slot.name())
                    .addKeyValue("tiers", slot.tiers())
                    .addKeyValue("late", late)
                    .addKeyValue("job", id)
                    .log("slot fired");
            listener.fired(slot, id, late);
        });
    }

    /// What the run of a slot makes: also what is due of earlier slots of its day that were not
    /// fired, so that a week or a month does not lose its archive with the first run of a day.
    private List<Tier> tiersOf(Slot slot, ScheduleSettings current) {
        List<Slot> soFar =
                SlotPlanner.slotsOf(slot.date(), current).stream()
                        .filter(each -> each.at().isBefore(slot.at()))
                        .toList();
        EnumSet<Tier> tiers = EnumSet.copyOf(slot.tiers());
        notFired(soFar, current).forEach(each -> tiers.addAll(each.tiers()));
        return List.copyOf(tiers);
    }

    /// Those after the newest slot that was ever fired: what lies before it was dealt with, by this
    /// process or by one before.
    private List<Slot> notFired(List<Slot> slots, ScheduleSettings current) {
        if (slots.isEmpty()) {
            return slots;
        }
        Optional<Instant> fired = newestFired().map(slot -> SlotPlanner.startOf(slot, current));
        return slots.stream()
                .filter(slot -> fired.isEmpty() || slot.at().isAfter(fired.get()))
                .toList();
    }

    private JobRequest request(Slot slot) {
        RunArguments arguments = new RunArguments(slot.name(), slot.tiers(), List.of(), false);
        return addressing.apply(
                JobRequest.of(JobKind.RUN, slot.name(), "schedule", JobJson.write(arguments)));
    }

    /// Where the first look after a start begins; reports what lies further back.
    private Instant firstLook(Instant now, ScheduleSettings current, Predicate<Slot> wasDue) {
        Instant from = now.minus(current.catchUpWindow());
        Optional<Instant> newest = newestFired().map(slot -> SlotPlanner.startOf(slot, current));
        newest.map(at -> at.isBefore(now.minus(LONGEST_REPORT)) ? now.minus(LONGEST_REPORT) : at)
                .filter(at -> at.isBefore(from))
                .ifPresent(at ->
                        reportMissed(
                                notFired(SlotPlanner.between(at, from, current), current).stream()
                                        .filter(wasDue)
                                        .toList()));
        // A time that was taken into the configuration today did not pass before that.
        return newest.filter(at -> at.isAfter(from) && !at.isAfter(now)).orElse(from);
    }

    private Optional<SlotName> newestFired() {
        Optional<String> name = queue.newestSlot(schedule);
        Optional<SlotName> slot = name.flatMap(SlotName::find);
        if (name.isPresent() && slot.isEmpty()) {
            throw new IllegalStateException(
                    "schedule " + schedule + " has a slot that is no date: " + name.get());
        }
        return slot;
    }

    private void reportMissed(List<Slot> missed) {
        if (missed.isEmpty()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("slots", missed.size())
                .addKeyValue("first", missed.getFirst().name())
                .addKeyValue("last", missed.getLast().name())
                .log("slots passed without a run and are not caught up");
        listener.missed(missed);
    }
}
