package dev.packhorse.engine.model;

/// What reading a copy of a restore point to its end showed.
public enum Verdict {
    /// Size and digest are those that the catalog holds.
    GOOD,
    /// Its bytes are not those that were stored.
    DAMAGED,
    /// The place answers, and the archive is not there.
    MISSING
}
