package dev.packhorse.engine.whm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.auth.Caller;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class OwnThreadTest {
    private static final Caller ROOT = new Caller("root", Set.of("all"), "", "127.0.0.1");

    private static WhmFunction function(WhmFunction.Body body) {
        return new WhmFunction(FunctionSpec.of("f", Permission.ROOT, ""), body);
    }

    private static Answer call(WhmFunction function) throws WhmException {
        return function.body().call(ROOT, new Arguments(Map.of()));
    }

    private static void tell(Answer answer, String thread) {
        assertThat(answer.reason()).isEqualTo(thread);
    }

    private static Answer thread() {
        Thread own = Thread.currentThread();
        return Answer.withReason(own.getName() + (own.isVirtual() ? " is virtual" : ""));
    }

    /// A virtual thread would hold its carrier while a folder is removed.
    @Test
    void theWorkOfACallIsDoneOnAPlatformThread() throws Exception {
        WhmFunction usual = function((_, _) -> thread());
        FutureTask<Answer> plain = new FutureTask<>(() -> call(usual));
        Thread.ofVirtual().name("call").start(plain).join();
        tell(plain.get(), "call is virtual");
        FutureTask<Answer> own = new FutureTask<>(() -> call(usual.onOwnThread()));
        Thread.ofVirtual().name("call").start(own).join();
        tell(own.get(), "call-f");
        assertThat(usual.isOnOwnThread()).isFalse();
        assertThat(usual.onOwnThread().isOnOwnThread()).isTrue();
    }

    @Test
    void whatTheWorkThrowsTheCallThrows() {
        WhmException refused = WhmException.refused("no");
        IllegalStateException fault = new IllegalStateException("fault");
        StackOverflowError error = new StackOverflowError();
        WhmFunction.Body saysNo =
                (_, _) -> {
                    throw refused;
                };
        WhmFunction.Body fails =
                (_, _) -> {
                    throw fault;
                };
        WhmFunction.Body breaks =
                (_, _) -> {
                    throw error;
                };
        assertThatThrownBy(() -> call(function(saysNo).onOwnThread())).isSameAs(refused);
        assertThatThrownBy(() -> call(function(fails).onOwnThread())).isSameAs(fault);
        assertThatThrownBy(() -> call(function(breaks).onOwnThread())).isSameAs(error);
    }

    @Test
    void aCallThatIsInterruptedWaitsForTheWork() throws Exception {
        WhmFunction usual =
                function((_, _) -> new Answer(Optional.empty(), "done", java.util.List.of()));
        FutureTask<Answer> call =
                new FutureTask<>(() -> {
                    Thread.currentThread().interrupt();
                    return call(usual.onOwnThread());
                });
        Thread.ofVirtual().start(call).join();
        tell(call.get(), "done");
    }
}
