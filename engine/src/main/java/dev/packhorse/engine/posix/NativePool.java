package dev.packhorse.engine.posix;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/// Native memory that is used again and again. It is never given back to the system, so there is as
/// much of it as there ever were calls at the same time, which is bounded by the number of platform
/// threads. Not tied to threads, since virtual threads would each have their own. Safe for many
/// threads.
final class NativePool<T> {
    private final Deque<T> free = new ArrayDeque<>();
    private final Supplier<T> maker;

    NativePool(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        synchronized (free) {
            T item = free.pollFirst();
            if (item != null) {
                return item;
            }
        }
        return maker.get();
    }

    void give(T item) {
        synchronized (free) {
            free.addFirst(item);
        }
    }
}
