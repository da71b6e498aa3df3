package dev.packhorse.engine.component;

import dev.packhorse.engine.session.SessionLog;

/// A session log that nobody reads.
public enum QuietLog implements SessionLog {
    LOG;

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
