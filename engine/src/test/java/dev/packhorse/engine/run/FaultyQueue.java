package dev.packhorse.engine.run;

import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.QueueException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A queue in front of a real one, some of whose methods fail for as long as a test wants.
final class FaultyQueue {
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private final JobQueue queue;

    FaultyQueue(JobQueue real) {
        this.queue =
                (JobQueue)
                        Proxy.newProxyInstance(
                                JobQueue.class.getClassLoader(),
                                new Class<?>[] {JobQueue.class},
                                (_, method, arguments) -> {
                                    if (failing.contains(method.getName())) {
                                        failures.incrementAndGet();
                                        throw new QueueException(
                                                method.getName(), new java.io.IOException("gone"));
                                    }
                                    try {
                                        return method.invoke(real, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
    }

    JobQueue queue() {
        return queue;
    }

    void fail(String... methods) {
        failing.addAll(Set.of(methods));
    }

    void heal() {
        failing.clear();
    }

    int failures() {
        return failures.get();
    }
}
