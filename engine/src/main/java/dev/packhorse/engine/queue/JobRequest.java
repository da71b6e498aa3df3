package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobKind;
import java.time.Instant;
import java.util.Optional;

/// What is asked of the queue. `arguments` is JSON that only the kind's handler reads: typed data,
/// never a command line. A builder-like record: start from [#of] and add with the `with` methods.
///
/// @param kind which handler runs it
/// @param arguments the handler's input as a JSON object
/// @param subject what it is about, for lists and logs: an account name, or a run's name
/// @param owner who asked, as `root`, a reseller, or `schedule`
/// @param held whether it waits for an activation
/// @param priority smaller runs first; see [Priority]
/// @param uniqueKey while an open job has the same key, the queue returns that one and adds none
/// @param exclusiveKey at most one active job has this key at any time, as `account:demo`
/// @param node the only server that may run it, empty for any
/// @param notBefore not claimed before this instant
/// @param maxAttempts runs that end by retry or lost lease before the job fails, at least 1
public record JobRequest(
        JobKind kind,
        String arguments,
        String subject,
        String owner,
        boolean held,
        int priority,
        Optional<String> uniqueKey,
        Optional<String> exclusiveKey,
        Optional<String> node,
        Optional<Instant> notBefore,
        int maxAttempts) {

    public JobRequest {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
        }
    }

    /// A request without keys, at [Priority#SCHEDULED], three attempts.
    public static JobRequest of(JobKind kind, String subject, String owner, String arguments) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                false,
                Priority.SCHEDULED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                3);
    }

    public JobRequest asHeld() {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                true,
                priority,
                uniqueKey,
                exclusiveKey,
                node,
                notBefore,
                maxAttempts);
    }

    public JobRequest withPriority(int newPriority) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                newPriority,
                uniqueKey,
                exclusiveKey,
                node,
                notBefore,
                maxAttempts);
    }

    public JobRequest withUniqueKey(String key) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                priority,
                Optional.of(key),
                exclusiveKey,
                node,
                notBefore,
                maxAttempts);
    }

    public JobRequest withExclusiveKey(String key) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                priority,
                uniqueKey,
                Optional.of(key),
                node,
                notBefore,
                maxAttempts);
    }

    public JobRequest onNode(String name) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                priority,
                uniqueKey,
                exclusiveKey,
                Optional.of(name),
                notBefore,
                maxAttempts);
    }

    public JobRequest notBefore(Instant instant) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                priority,
                uniqueKey,
                exclusiveKey,
                node,
                Optional.of(instant),
                maxAttempts);
    }

    public JobRequest withMaxAttempts(int attempts) {
        return new JobRequest(
                kind,
                arguments,
                subject,
                owner,
                held,
                priority,
                uniqueKey,
                exclusiveKey,
                node,
                notBefore,
                attempts);
    }

    /// The usual priorities; restores overtake backups.
    public static final class Priority {
        public static final int RESTORE = 10;

        /// Of restores that wait until the others are over.
        public static final int LAST_RESTORE = 20;

        public static final int MANUAL = 50;
        public static final int SCHEDULED = 100;

        private Priority() {}
    }
}
