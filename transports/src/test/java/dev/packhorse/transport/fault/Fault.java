package dev.packhorse.transport.fault;

/// What goes wrong between a client and a server. Bytes are counted over all connections since the
/// fault was set.
public sealed interface Fault {
    /// Nothing.
    record None() implements Fault {}

    /// Connections are closed as soon as they are made.
    record Refuse() implements Fault {}

    /// All connections are cut after so many bytes went in the direction; new ones are cut at once.
    record Cut(Direction direction, long afterBytes) implements Fault {}

    /// Nothing more is passed on in the direction after so many bytes, and nobody hangs up.
    record Hang(Direction direction, long afterBytes) implements Fault {}

    /// Each block is passed on after a wait.
    record Slow(int millisPerBlock) implements Fault {}

    /// Which way bytes go.
    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }
}
