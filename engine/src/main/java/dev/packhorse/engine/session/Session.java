package dev.packhorse.engine.session;

import dev.packhorse.engine.model.JobId;
import java.util.Optional;

/// What is kept of a session besides its logs. How it stands is for the queue to say.
///
/// @param id its id
/// @param kind what it does
/// @param account whose account it is about
/// @param job the job that does it, empty until that was accepted
/// @param end the worst state of its jobs that were removed from the queue, empty if none was
public record Session(
        SessionId id, SessionKind kind, String account, Optional<JobId> job, String end) {}
