package dev.packhorse.transport.child;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// A program that stands beside its caller until it is closed. Its standard input is open that
/// long, so a program that waits for the end of it also ends when this process is killed. What it
/// prints is dropped. Safe for several threads.
public final class StandingChild implements AutoCloseable {
    private final Process process;
    private final ChildSession session;

    private StandingChild(Process process) {
        this.process = process;
        this.session = new ChildSession(process);
    }

    /// Starts it.
    ///
    /// @throws IOException if it cannot be started
    public static StandingChild start(ChildCommand command) throws IOException {
        ProcessBuilder builder =
                command.inOwnSession()
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        return new StandingChild(Child.inPlatformThread(builder::start));
    }

    /// Its number; it may be another's after the end.
    long pid() {
        return process.pid();
    }

    /// Whether it still runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Kills it with all that it started.
    @Override
    public void close() {
        session.kill();
        process.destroyForcibly();
    }
}
