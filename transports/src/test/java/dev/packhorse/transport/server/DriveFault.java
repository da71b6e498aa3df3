package dev.packhorse.transport.server;

import java.util.Map;

/// What a [DriveFake] does instead of what it should.
public sealed interface DriveFault {
    /// Answers so, and does nothing.
    record Answer(int status, String body, Map<String, String> headers) implements DriveFault {}

    /// Does nothing and hangs up.
    record HangUp() implements DriveFault {}

    /// Does what was asked and hangs up.
    record LoseAnswer() implements DriveFault {}

    /// Says nothing until the fake is closed.
    record Silence() implements DriveFault {}

    /// Keeps only the first bytes of a chunk, and says so.
    record KeepLess(int bytes) implements DriveFault {}

    /// Turns a byte of a file when it is complete.
    record Damage() implements DriveFault {}

    /// A refusal in the form of the interface.
    static DriveFault refusal(int status, String reason) {
        return new Answer(
                status,
                "{\"error\":{\"code\":"
                        + status
                        + ",\"message\":\"no\",\"errors\":[{\"domain\":\"usageLimits\",\"reason\":\""
                        + reason
                        + "\"}]}}",
                Map.of());
    }
}
