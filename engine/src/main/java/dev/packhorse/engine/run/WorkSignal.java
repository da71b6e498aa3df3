package dev.packhorse.engine.run;

import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.queue.WorkListener;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes workers when work arrives, and the heartbeat when somebody cancels. Give it to the queue
/// as its listener and to the pool. Safe for many threads.
///
/// A waiter reads the count first, then looks for work, then waits for the count to change: what
/// arrives between the look and the wait is not missed.
public final class WorkSignal implements WorkListener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private final Bell work = new Bell();
    private final Bell cancellation = new Bell();

    @Override
    public void workMayBeThere() {
        work.ring();
    }

    @Override
    public void cancelRequested(JobId job) {
        cancellation.ring();
    }

    Bell work() {
        return work;
    }

    Bell cancellation() {
        return cancellation;
    }

    /// Wakes everybody.
    void all() {
        work.ring();
        cancellation.ring();
    }

    /// One reason to wake up.
    final class Bell {
        private long count;

        private Bell() {}

        long count() {
            lock.lock();
            try {
                return count;
            } finally {
                lock.unlock();
            }
        }

        private void ring() {
            lock.lock();
            try {
                count++;
                raised.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /// Returns once the count differs from the one seen, or the time is over.
        void await(long seen, Duration limit) {
            lock.lock();
            try {
                long left = limit.toNanos();
                while (count == seen && left > 0) {
                    left = raised.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                // Nothing in Packhorse interrupts a thread; a stray interrupt is one more reason to
                // look, and its flag must not reach the store, whose file it would close.
                count++;
            } finally {
                lock.unlock();
            }
        }
    }
}
