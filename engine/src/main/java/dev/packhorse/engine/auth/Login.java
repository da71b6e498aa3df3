package dev.packhorse.engine.auth;

import java.time.Duration;

/// What came of the credentials of a call.
public sealed interface Login {
    /// They are good.
    record Accepted(Caller caller) implements Login {}

    /// There are none, or they are not good; why is not told.
    record Refused() implements Login {}

    /// Nobody looks at any from there for a while.
    record LockedOut(Duration time) implements Login {}

    /// They hold what no credential holds: control characters.
    record Malformed() implements Login {}
}
