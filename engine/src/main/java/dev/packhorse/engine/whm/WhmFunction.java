package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;

/// One function: its declaration and what it does. Safe for many threads; never blocks on work, it
/// enqueues.
public record WhmFunction(FunctionSpec spec, Body body) {
    /// The work of a function. Arguments are complete and checked against the declaration, rights
    /// and ownership too.
    @FunctionalInterface
    public interface Body {
        Answer call(Caller caller, Arguments arguments) throws WhmException;
    }

    /// The same function, whose work is done on a platform thread of its own while the call waits:
    /// for work that computes or is in the kernel for long, as the removal of a folder.
    public WhmFunction onOwnThread() {
        return new WhmFunction(spec, new OwnThread(spec.name(), body));
    }

    /// Whether it was made by [#onOwnThread()].
    public boolean isOnOwnThread() {
        return body instanceof OwnThread;
    }
}
