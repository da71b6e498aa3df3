package dev.packhorse.engine.queue;

import dev.packhorse.engine.model.JobId;

/// The caller's lease is no longer the job's newest: its writes were refused.
public final class LeaseLostException extends Exception {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(JobId job, long fence) {
        super("lease " + fence + " of job " + job + " is lost");
    }
}
