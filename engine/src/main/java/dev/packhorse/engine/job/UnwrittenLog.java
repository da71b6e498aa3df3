package dev.packhorse.engine.job;

import dev.packhorse.engine.session.SessionLog;

/// Stands for a log that could not be opened: pruning must work on a full disk.
record UnwrittenLog() implements SessionLog {
    @Override
    public void line(String text) {}

    @Override
    public void begin(String text) {}

    @Override
    public void done(String text) {}

    @Override
    public void warn(String text) {}

    @Override
    public SessionLog indented() {
        return this;
    }
}
