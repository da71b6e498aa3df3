package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.RestorePoint;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.queue.SettableClock;
import dev.packhorse.engine.queue.WorkListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// A process of its own that opens the store in a folder and enqueues until it is killed, printing
/// each id after it was acknowledged, or works jobs off as well.
final class ChildStore {
    private static final int WRITERS = 4;

    private ChildStore() {}

    static Process start(Path folder, String... further) throws IOException {
        java.util.List<String> command =
                new java.util.ArrayList<>(
                        java.util.List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ChildStore.class.getName(),
                                folder.toString()));
        command.addAll(java.util.List.of(further));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    static void awaitLine(Process process, String line) throws IOException {
        BufferedReader reader = process.inputReader();
        String read = reader.readLine();
        if (!line.equals(read)) {
            throw new IOException("the child said " + read + " instead of " + line);
        }
    }

    /// Opens the store in the folder that the first argument names; the second says what to do.
    public static void main(String[] arguments) throws Exception {
        try (Store store = TestStore.h2(Path.of(arguments[0]))) {
            PrintStream out = System.out;
            out.println("open");
            if (arguments.length == 1) {
                new CountDownLatch(1).await();
            }
            JdbcJobQueue queue =
                    new JdbcJobQueue(store, SettableClock.somewhere(), WorkListener.none());
            Thread[] writers = new Thread[WRITERS];
            for (int i = 0; i < WRITERS; i++) {
                String worker = "w" + i;
                writers[i] =
                        Thread.ofPlatform()
                                .start(
                                        arguments[1].equals("work")
                                                ? () -> work(queue, worker, out)
                                                : () -> write(queue, out));
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private static void write(JdbcJobQueue queue, PrintStream out) {
        while (!out.checkError()) {
            out.println(queue.enqueue(JobQueueContract.backup("a")).id());
        }
    }

    /// All that a worker does to the store, on few accounts, so that everybody changes the same
    /// rows again and again.
    private static void work(JdbcJobQueue queue, String worker, PrintStream out) {
        Duration lease = Duration.ofMinutes(1);
        for (int i = 0; !out.checkError(); i++) {
            queue.enqueue(JobQueueContract.backup("a" + i % 3));
            Optional<Lease> claimed = queue.claim(worker, "node", Set.of(JobKind.BACKUP), lease);
            if (claimed.isPresent()) {
                finish(queue, claimed.get(), lease);
                out.println("finished");
            }
        }
    }

    private static void finish(JdbcJobQueue queue, Lease lease, Duration leaseFor) {
        try {
            queue.renew(lease, "{}", leaseFor);
            RestorePoint point = CatalogContract.newest(lease.job().request().subject());
            queue.finish(
                    lease, new JobOutcome.Succeeded("{}"), new FollowUp(List.of(point), List.of()));
        } catch (LeaseLostException e) {
            throw new IllegalStateException(e);
        }
    }
}
