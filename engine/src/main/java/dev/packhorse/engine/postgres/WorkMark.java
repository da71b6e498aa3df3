package dev.packhorse.engine.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/// A session of the administrator's that bears the name of a temporary role and is open as long as
/// the role is in use. By it a sweep tells a left over role from one at work, whichever process on
/// whichever machine it works for; the session ends with this process. One thread.
final class WorkMark implements AutoCloseable {
    /// Longer than any dump or load may take.
    private static final Duration LONGEST = Duration.ofDays(7);

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private WorkMark() {}

    /// Opens the session.
    ///
    /// @throws PostgresException if the server cannot be reached
    static WorkMark of(PostgresPrograms programs, String role) throws IOException {
        WorkMark mark = new WorkMark();
        Thread.ofPlatform()
                .daemon()
                .name("postgres-mark")
                .start(() -> mark.hold(programs.withLimit(LONGEST), role));
        try {
            mark.begun.join();
        } catch (CompletionException e) {
            throw new PostgresException("psql: " + e.getCause());
        }
        return mark;
    }

    private void hold(PostgresPrograms programs, String role) {
        try {
            programs.hold(
                    "SET application_name = " + SqlName.text(role) + ";\nSELECT 1;\n",
                    () -> begun.complete(null),
                    end);
            begun.completeExceptionally(new PostgresException("the session ended at once"));
        } catch (IOException | RuntimeException e) {
            begun.completeExceptionally(e);
        } finally {
            ended.complete(null);
        }
    }

    /// The roles at work.
    static Set<String> roles(PostgresPrograms programs) throws IOException {
        return programs
                .sql(
                        "postgres",
                        "SELECT application_name FROM pg_stat_activity"
                                + " WHERE usename = session_user AND application_name ~ '^"
                                + TemporaryRole.PREFIX
                                + "';")
                .stream()
                .map(List::getFirst)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        end.complete(null);
        ended.join();
    }
}
