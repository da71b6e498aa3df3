package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import java.util.concurrent.CompletableFuture;

/// Does the work of a call on a platform thread of its own, which the call waits for. Calls run on
/// virtual threads, and work that computes or is in the kernel for long without ever waiting holds
/// one of the few carriers: a handful of such calls would stop all others.
record OwnThread(String name, WhmFunction.Body work) implements WhmFunction.Body {
    /// What came of the work, told on the thread that waited.
    private interface Outcome {
        Answer tell() throws WhmException;
    }

    @Override
    public Answer call(Caller caller, Arguments arguments) throws WhmException {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("call-" + name)
                .start(() -> outcome.complete(done(caller, arguments)));
        // Whatever happens to the caller: what has begun is not left to nobody.
        return outcome.join().tell();
    }

    private Outcome done(Caller caller, Arguments arguments) {
        try {
            Answer answer = work.call(caller, arguments);
            return () -> answer;
        } catch (WhmException e) {
            return () -> {
                throw e;
            };
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        } catch (Error e) {
            return () -> {
                throw e;
            };
        }
    }
}
