package dev.packhorse.engine.schedule;

import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rings for the scheduled backups: at each slot's start, and once a minute in case the machine's
/// clock was set. Triggers live in memory and are made anew at each start and ring; what was fired
/// is in the store.
///
/// Quartz 2.5.2 measures its waits with the machine's own clock. A slot's trigger is for that
/// moment alone: cron triggers may skip or repeat the hours of a change to or from summer time.
public final class BackupClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupClock.class);
    private static final TriggerKey SLOT = TriggerKey.triggerKey("slot");
    private static final TriggerKey MINUTE = TriggerKey.triggerKey("minute");

    private final Supplier<ScheduleSettings> settings;
    private final InstantSource clock;
    private final SlotWatch watch;
    private final Duration lookEvery;
    private final Supplier<Scheduler> makes;
    private final AtomicLong changes = new AtomicLong();
    private final Object slotTrigger = new Object();
    private volatile Scheduler scheduler;
    private volatile long lookedAtNanos = System.nanoTime();
    private volatile long wellAtNanos = System.nanoTime();
    private volatile String failure = "";

    /// A clock that does not ring yet.
    ///
    /// @param schedule the schedule's stable name in the queue; servers that share a store and back
    ///   up their own accounts need names of their own
    /// @param settings read at each ring; a ring for which they cannot be read is made up for by
    ///   the next
    /// @param addressing adds to the request of a run what the deployment needs, as its node
    /// @param note the file that keeps since when the schedule is in force; need not exist
    public BackupClock(
            JobQueue queue,
            String schedule,
            Supplier<ScheduleSettings> settings,
            InstantSource clock,
            UnaryOperator<JobRequest> addressing,
            SlotListener listener,
            Path note) {
        this(
                queue,
                schedule,
                settings,
                clock,
                addressing,
                listener,
                note,
                Duration.ofMinutes(1),
                BackupClock::usualScheduler);
    }

    BackupClock(
            JobQueue queue,
            String schedule,
            Supplier<ScheduleSettings> settings,
            InstantSource clock,
            UnaryOperator<JobRequest> addressing,
            SlotListener listener,
            Path note,
            Duration lookEvery,
            Supplier<Scheduler> makes) {
        this.settings = settings;
        this.clock = clock;
        this.watch =
                new SlotWatch(
                        queue,
                        schedule,
                        settings,
                        clock,
                        addressing,
                        listener,
                        new ScheduleNote(note));
        this.lookEvery = lookEvery;
        this.makes = makes;
        this.scheduler = makes.get();
    }

    /// Starts ringing; the first ring comes at once and catches up what was missed.
    public synchronized void start() {
        begin();
    }

    /// Rings again after Quartz has stopped ringing, by a scheduler of its own; what the old one
    /// still does, it does beside. The next ring comes at once.
    ///
    /// Known such freezes: quartz-scheduler #145, #1516.
    public synchronized void restart() {
        LOG.atDebug().addKeyValue("silent", sinceRing()).log("the backup clock is made anew");
        try {
            // A thread of it that hangs would hang this one as well.
            scheduler.shutdown(false);
        } catch (SchedulerException e) {
            LOG.atWarn().setCause(e).log("the backup clock that stood still did not stop");
        }
        scheduler = makes.get();
        begin();
    }

    private void begin() {
        JobDetail look =
                JobBuilder.newJob(LookJob.class).withIdentity("look").storeDurably().build();
        try {
            scheduler.setJobFactory((_, _) -> (Job) _ -> ring());
            scheduler.addJob(look, true);
            scheduler.scheduleJob(minuteTrigger(look));
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("the backup clock did not start", e);
        }
    }

    /// Takes up changed settings. Slots that passed before this call count as if they had never
    /// been.
    public void reschedule() {
        watch.settingsChanged();
        changes.incrementAndGet();
        setSlotTrigger();
    }

    /// The first slot that starts after the instant under the present settings, empty if none does,
    /// or if they cannot be read.
    public Optional<Slot> next(Instant after) {
        try {
            return SlotPlanner.next(after, settings.get());
        } catch (UncheckedIOException e) {
            LOG.atWarn().setCause(e).log("the next backup is not known");
            return Optional.empty();
        }
    }

    /// Since the clock last rang, for the watchdog; rings come at least once a minute.
    public Duration sinceRing() {
        return Duration.ofNanos(System.nanoTime() - lookedAtNanos);
    }

    /// Why nothing is fired though the clock rings, as a backup configuration that cannot be read;
    /// empty unless several rings have failed. No restart cures it, so it is none of the
    /// watchdog's.
    public Optional<String> trouble() {
        Duration blind = Duration.ofNanos(System.nanoTime() - wellAtNanos);
        return failure.isEmpty() || blind.compareTo(lookEvery.multipliedBy(3)) < 0
                ? Optional.empty()
                : Optional.of("the schedule cannot be looked at: " + failure);
    }

    /// Stops ringing, after a ring under way has ended, or half a minute at most.
    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }

    /// Stops ringing.
    ///
    /// @param longest how long a ring under way is waited for
    /// @return whether it has ended
    public synchronized boolean close(Duration longest) {
        Scheduler ending = scheduler;
        // Quartz waits without a limit.
        Thread thread =
                Thread.ofPlatform()
                        .name("packhorse-clock-stop")
                        .daemon()
                        .start(() -> shutDown(ending));
        try {
            return thread.join(longest);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }

    private static void shutDown(Scheduler scheduler) {
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            LOG.atWarn().setCause(e).log("the backup clock did not stop in order");
        }
    }

    // Whatever goes wrong in one ring, as a store that fails, must not end the ringing.
    private void ring() {
        try {
            watch.look();
            setSlotTrigger();
            failure = "";
            wellAtNanos = System.nanoTime();
        } catch (RuntimeException e) {
            failure = String.valueOf(e.getMessage());
            LOG.atError().setCause(e).log("the backup clock could not look; it will look again");
        }
        lookedAtNanos = System.nanoTime();
    }

    private void setSlotTrigger() {
        long seen = changes.get();
        Optional<Slot> next = next(clock.instant());
        synchronized (slotTrigger) {
            // Settings that changed since are set by the call that told of the change.
            if (changes.get() == seen) {
                replaceSlotTrigger(next);
            }
        }
    }

    // A ring and a change of the settings may come at the same time, and Quartz replaces a trigger
    // in two steps.
    private void replaceSlotTrigger(Optional<Slot> next) {
        try {
            if (next.isEmpty()) {
                scheduler.unscheduleJob(SLOT);
                return;
            }
            Trigger trigger =
                    TriggerBuilder.newTrigger()
                            .withIdentity(SLOT)
                            .forJob("look")
                            .startAt(Date.from(next.get().at()))
                            .build();
            if (scheduler.rescheduleJob(SLOT, trigger) == null) {
                scheduler.scheduleJob(trigger);
            }
        } catch (SchedulerException e) {
            throw new IllegalStateException("the next slot could not be set", e);
        }
    }

    private Trigger minuteTrigger(JobDetail look) {
        return TriggerBuilder.newTrigger()
                .withIdentity(MINUTE)
                .forJob(look)
                .startNow()
                .withSchedule(
                        SimpleScheduleBuilder.simpleSchedule()
                                .withIntervalInMilliseconds(lookEvery.toMillis())
                                .repeatForever()
                                .withMisfireHandlingInstructionNextWithRemainingCount())
                .build();
    }

    private static Scheduler usualScheduler() {
        return scheduler("org.quartz.simpl.SimpleThreadPool");
    }

    /// @param threads the class of Quartz that runs the rings
    static Scheduler scheduler(String threads) {
        Properties properties = new Properties();
        // Quartz keeps all schedulers of a process in one table and gives out an old one by name.
        properties.setProperty(
                "org.quartz.scheduler.instanceName", "packhorse-clock-" + UUID.randomUUID());
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.threadPool.class", threads);
        properties.setProperty("org.quartz.threadPool.threadCount", "1");
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
        try {
            return new StdSchedulerFactory(properties).getScheduler();
        } catch (SchedulerException e) {
            throw new IllegalStateException("the backup clock could not be made", e);
        }
    }

    /// The type that Quartz wants named for a job; the job factory gives the clock's own instead.
    private interface LookJob extends Job {}
}
