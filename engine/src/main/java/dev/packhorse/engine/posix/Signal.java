package dev.packhorse.engine.posix;

/// Signals that are sent to processes. The numbers are the same on x86_64 and aarch64.
public enum Signal {
    HANGUP(1),
    INTERRUPT(2),
    KILL(9),
    TERMINATE(15);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// The number that the kernel uses.
    public int number() {
        return number;
    }
}
