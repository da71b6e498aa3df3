package dev.packhorse.transport.webdav;

/// Whether a server gives parts of files, as far as was seen. Safe for many threads.
final class DavRanges {
    private volatile boolean known;
    private volatile boolean ignores;

    void honoured() {
        known = true;
    }

    /// It gave the whole although a part was asked for. It may be one of several behind one name,
    /// so this stays.
    void ignored() {
        ignores = true;
        known = true;
    }

    boolean areKnown() {
        return known;
    }

    boolean mayBeHonoured() {
        return !ignores;
    }
}
