package dev.packhorse.engine.job;

import dev.packhorse.engine.model.ArchiveForm;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Proof;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.model.StoredCopy;
import dev.packhorse.engine.model.Verdict;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.verification.VerificationPlan;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.TransportException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;

/// One verification of one place: copy by copy, each verdict in the catalog before the next copy is
/// begun. A run that was cut short begins the copy that it was at again, and goes on with what is
/// left of the day. One thread.
final class VerifyRun {
    private static final int LOOKED_AT = 50;

    private final VerifyPlanner planner;
    private final VerifiedPlace place;
    private final VerifyArguments arguments;
    private final CopyExamination examination;
    private final JobContext context;
    private final SessionLog log;
    private final String session;
    private final RetentionRecord record;
    private final Mark mark;
    private final long began = System.nanoTime();
    private final List<String> findings = new ArrayList<>();
    private long expected;
    private long bytes;
    private int good;
    private int damaged;
    private int missing;
    private int unread;
    private int left;
    private boolean believed;

    /// What a later run of the same job goes on from.
    ///
    /// @param begun when the first run began, in milliseconds since 1970
    /// @param bytes what was planned for the day, -1 before that is known
    record Mark(long begun, long bytes) {
        Instant since() {
            return Instant.ofEpochMilli(begun);
        }
    }

    /// Nothing can be concluded about a place.
    static final class NotBelievedException extends IOException {
        private static final long serialVersionUID = 1L;

        NotBelievedException(String message) {
            super(message);
        }
    }

    /// @param examinations makes the examination, given who is told of bytes that were read
    /// @param record learns of damage that other trees may share
    VerifyRun(
            VerifyPlanner planner,
            VerifiedPlace place,
            VerifyArguments arguments,
            Function<LongConsumer, CopyExamination> examinations,
            JobContext context,
            SessionLog log,
            String session,
            RetentionRecord record) {
        this.planner = planner;
        this.place = place;
        this.arguments = arguments;
        this.context = context;
        this.log = log;
        this.session = session;
        this.record = record;
        this.examination = examinations.apply(this::read);
        this.mark =
                context.lease()
                        .job()
                        .resumeMark()
                        .map(text -> JobJson.read(text, Mark.class))
                        .orElse(new Mark(planner.clock().instant().toEpochMilli(), -1));
    }

    private void read(long count) {
        bytes += count;
        context.progress(
                JobJson.write(
                        new Progress(
                                "verifying",
                                good + damaged + missing + unread,
                                bytes,
                                expected,
                                session)));
    }

    /// Verifies.
    ///
    /// @throws NotBelievedException if all archives are missing at once
    /// @throws IOException if the place cannot be reached
    void carryOut() throws IOException, LeaseLostException {
        List<StoredCopy> copies = arguments.isNamed() ? named() : ofDay();
        expected = copies.stream().mapToLong(copy -> copy.point().sizeBytes()).sum();
        log.line("%d copies to read, %d bytes".formatted(copies.size(), expected));
        for (int i = 0; i < copies.size(); i++) {
            context.cancellation().check();
            if (!arguments.isNamed() && isOver()) {
                left = copies.size() - i;
                log.line(
                        "%d copies wait for another day: the time of this one is over"
                                .formatted(left));
                break;
            }
            verify(copies.get(i).point());
        }
        log.line(
                "%d good, %d damaged, %d missing, %d could not be read"
                        .formatted(good, damaged, missing, unread));
    }

    private boolean isOver() {
        long most = planner.budget().mostTime().toNanos();
        return most > 0 && System.nanoTime() - began >= most;
    }

    private List<StoredCopy> named() throws LeaseLostException {
        boolean goesOn = context.lease().job().resumeMark().isPresent();
        context.mark(Optional.of(JobJson.write(mark)));
        return planner.named(arguments).stream().filter(copy -> !goesOn || !isDone(copy)).toList();
    }

    private boolean isDone(StoredCopy copy) {
        return copy.proof().filter(proof -> !proof.at().isBefore(mark.since())).isPresent();
    }

    private List<StoredCopy> ofDay() throws LeaseLostException {
        DestinationId id = new DestinationId(arguments.destination());
        VerificationPlan plan = planner.plan(id);
        if (mark.bytes() < 0) {
            context.mark(Optional.of(JobJson.write(new Mark(mark.begun(), plan.bytes()))));
            if (plan.isBehind()) {
                log.warn(
                        "The budget is too small to read everything within %d days: that takes %d days (verify.max_bytes_per_day, verify.max_percent_per_day)"
                                .formatted(planner.budget().withinDays(), plan.daysForAll()));
            }
            return plan.copies();
        }
        long done =
                planner.copies(id).stream()
                        .filter(this::isDone)
                        .mapToLong(copy -> copy.point().sizeBytes())
                        .sum();
        return upTo(plan.copies(), mark.bytes() - done);
    }

    private static List<StoredCopy> upTo(List<StoredCopy> copies, long most) {
        List<StoredCopy> taken = new ArrayList<>();
        long sum = 0;
        for (StoredCopy copy : copies) {
            if (sum >= most) {
                break;
            }
            taken.add(copy);
            sum += copy.point().sizeBytes();
        }
        return taken;
    }

    private void verify(RestorePoint point) throws IOException {
        Examined examined;
        try {
            examined = examination.of(point);
            if (examined instanceof Examined.Missing) {
                requireBelieved();
            }
        } catch (CancelledException | NotBelievedException e) {
            throw e;
        } catch (TransportException e) {
            if (e.kind().retryable()) {
                throw e;
            }
            notRead(point, e);
            return;
        } catch (IOException e) {
            notRead(point, e);
            return;
        }
        Proof proof =
                switch (examined) {
                    case Examined.Whole _ -> Proof.good(now());
                    case Examined.Damaged(String finding) ->
                            new Proof(now(), Verdict.DAMAGED, finding);
                    case Examined.Missing _ ->
                            new Proof(now(), Verdict.MISSING, "it is not there any more");
                };
        doubtOthers(point, proof);
        if (!planner.catalog().prove(point, proof)) {
            log.line("%s was replaced or removed meanwhile".formatted(point.archive()));
            return;
        }
        tell(point, examined, proof);
    }

    /// The verdict goes with its tree, which may be removed or made anew: what shares its files
    /// must be in doubt all the same.
    private void doubtOthers(RestorePoint point, Proof proof) {
        if (proof.verdict() != Verdict.DAMAGED
                || !point.destination().isLocal()
                || point.form() != ArchiveForm.INCREMENTAL) {
            return;
        }
        try {
            record.doubt(point.account(), proof.at());
        } catch (IOException e) {
            find(
                    "%s: that trees which share its files are in doubt could not be noted (%s)"
                            .formatted(point.archive(), e.getMessage()));
        }
    }

    private Instant now() {
        return planner.clock().instant();
    }

    private void tell(RestorePoint point, Examined examined, Proof proof) {
        switch (examined) {
            case Examined.Whole(List<String> notes) -> {
                good++;
                log.line("Good: " + point.archive());
                notes.forEach(note -> find(point.archive() + ": " + note));
            }
            case Examined.Damaged _ -> {
                damaged++;
                find(bad(point, proof));
            }
            case Examined.Missing _ -> {
                missing++;
                find(bad(point, proof));
            }
        }
    }

    private void find(String finding) {
        findings.add(finding);
        log.warn(finding);
    }

    private void notRead(RestorePoint point, IOException failure) throws IOException {
        // A place that is gone as a whole is no matter of one copy.
        place.isThere(point);
        unread++;
        find(point.archive() + " could not be read: " + failure.getMessage());
    }

    private String bad(RestorePoint point, Proof proof) {
        return "%s is %s: %s; %s"
                .formatted(
                        point.archive(),
                        proof.verdict() == Verdict.MISSING ? "missing" : "damaged",
                        proof.finding(),
                        new OtherCopies(planner.catalog()).insteadOf(point));
    }

    /// Where not one archive is, the place is more likely not the one that it was.
    private void requireBelieved() throws IOException {
        if (believed) {
            return;
        }
        List<StoredCopy> copies = planner.copies(new DestinationId(arguments.destination()));
        for (StoredCopy copy : copies.subList(0, Math.min(LOOKED_AT, copies.size()))) {
            context.cancellation().check();
            if (place.isThere(copy.point())) {
                believed = true;
                return;
            }
        }
        if (copies.size() > 1) {
            throw new NotBelievedException(
                    "none of the archives that should be there is there; is it the right place, and is it mounted?");
        }
    }

    /// What was found bad since the first run of this job began, for people.
    List<String> badSinceBegin() {
        return planner.copies(new DestinationId(arguments.destination())).stream()
                .filter(copy -> !copy.isSound() && isDone(copy))
                .map(copy -> bad(copy.point(), copy.proof().orElseThrow()))
                .toList();
    }

    VerifyResult result() {
        return new VerifyResult(good, damaged, missing, unread, bytes, left, session, findings);
    }
}
