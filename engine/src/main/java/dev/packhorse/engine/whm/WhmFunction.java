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
}
