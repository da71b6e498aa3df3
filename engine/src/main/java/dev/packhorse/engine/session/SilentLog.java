package dev.packhorse.engine.session;

/// A log that nobody reads, for work whose text is of no use.
public enum SilentLog implements SessionLog {
    SILENT;

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
