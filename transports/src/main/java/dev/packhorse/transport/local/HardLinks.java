package dev.packhorse.transport.local;

/// Whether the file system of a place has hard links, as far as was seen: FAT, exFAT and some
/// shares have none. Safe for many threads.
final class HardLinks {
    private volatile boolean missing;

    void areMissing() {
        missing = true;
    }

    boolean mayBeThere() {
        return !missing;
    }
}
