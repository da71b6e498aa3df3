package dev.packhorse.transport.spi;

import java.util.ArrayList;
import java.util.List;

/// The owner's side of a [Cancellation]. Safe for many threads; the first [#request()] wins.
public final class CancellationSource implements Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean requested;

    @Override
    public boolean isRequested() {
        return requested;
    }

    /// Asks for the end and runs the registered actions, each once, on this thread.
    public void request() {
        List<Runnable> due;
        synchronized (actions) {
            if (requested) {
                return;
            }
            requested = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    @Override
    public Registration onRequest(Runnable action) {
        synchronized (actions) {
            if (!requested) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        action.run();
        return () -> {};
    }

    private void remove(Runnable action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }
}
