package dev.packhorse.engine.job;

import dev.packhorse.engine.queue.Job;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a restore keeps from one try of its job to the next, as the job's mark.
///
/// @param done the modules that came to their end; one that failed has its turn again
/// @param said what they said
/// @param within the one that has begun and says how far it is, empty for none
/// @param state what it says
/// @param archive the digest of the archive with which it was begun, empty if nobody kept it
/// @param copy the name of the safety copy that this archive is, empty for any other
/// @param run which run of the job it was begun in: all tries until it ends are one, and a retry
///   that somebody asks for after that is another; empty if nobody kept it
record RestoreJournal(
        List<String> done,
        ModuleNotes.Said said,
        String within,
        String state,
        String archive,
        String copy,
        String run) {
    private static final RestoreJournal NOTHING =
            new RestoreJournal(List.of(), ModuleNotes.Said.NOTHING, "", "", "", "", "");

    RestoreJournal {
        done = List.copyOf(done);
        // marks of earlier versions have none
        said = Objects.requireNonNullElse(said, ModuleNotes.Said.NOTHING);
        within = Objects.requireNonNullElse(within, "");
        state = Objects.requireNonNullElse(state, "");
        archive = Objects.requireNonNullElse(archive, "");
        copy = Objects.requireNonNullElse(copy, "");
        run = Objects.requireNonNullElse(run, "");
    }

    static RestoreJournal of(Optional<String> mark) {
        return mark.map(json -> JobJson.read(json, RestoreJournal.class)).orElse(NOTHING);
    }

    /// As it is kept.
    String text() {
        return JobJson.write(this);
    }

    /// Which run of a job this is: its start is forgotten when somebody asks for a retry, and by
    /// nothing else.
    static String runOf(Job job) {
        return job.startedAt().map(Instant::toString).orElse("");
    }

    /// Whether it was begun in another run of the job, before it had ended once. What an earlier
    /// version kept does not tell, and counts as the same.
    boolean isOfEarlierRun(String now) {
        return !run.isEmpty() && !run.equals(now);
    }

    /// Whether this is the archive with which it was begun, as far as that is known.
    boolean isOf(String digest) {
        return archive.isEmpty() || archive.equals(digest);
    }

    /// The same in a run, with its archive.
    RestoreJournal begunWith(String digest, String safetyCopy, String now) {
        return new RestoreJournal(done, said, within, state, digest, safetyCopy, now);
    }

    /// What a retry that somebody asks for goes on from: what is done stays done, as long as it
    /// came of this archive. A module that was stopped on its way has its turn from the start: the
    /// end of the earlier run took away what it had made.
    RestoreJournal retriedWith(String digest) {
        return isOf(digest) ? after(done, said) : NOTHING;
    }

    /// The same between two modules.
    RestoreJournal after(Collection<String> ended, ModuleNotes.Said saying) {
        return new RestoreJournal(List.copyOf(ended), saying, "", "", archive, copy, run);
    }

    /// The same within a module.
    RestoreJournal at(String module, String how) {
        return new RestoreJournal(done, said, module, how, archive, copy, run);
    }
}
