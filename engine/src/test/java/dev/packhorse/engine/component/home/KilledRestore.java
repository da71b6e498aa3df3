package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.component.ModuleProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A process that restores a home and is gone in the middle, as by `kill -9`: nothing that was
/// begun is ended in order.
final class KilledRestore {
    private KilledRestore() {}

    /// What a killed run leaves where the next one finds it.
    record Kept(Path kept, int keeps, int visits) implements ModuleProgress {
        @Override
        public Optional<String> before() {
            try {
                Path state = kept.resolve("state");
                return Files.exists(state)
                        ? Optional.of(Files.readString(state))
                        : Optional.empty();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void reached(String state) throws IOException {
            Path count = kept.resolve("count");
            int number = 1 + (Files.exists(count) ? Integer.parseInt(Files.readString(count)) : 0);
            Files.writeString(count, Integer.toString(number));
            if (number <= keeps) {
                Files.writeString(kept.resolve("state"), state);
            }
            if (number == visits) {
                Runtime.getRuntime().halt(137);
            }
        }

        @Override
        public Optional<Path> folder() throws IOException {
            return Optional.of(Files.createDirectories(kept.resolve("home")));
        }

        @Override
        public boolean goesOnLater() {
            return false;
        }
    }

    /// Restores.
    ///
    /// @param arguments folder of the [HomeServer]; archive; what is kept between the tries; how
    ///   many states are kept; behind how many members the process is gone, or 0 for one that keeps
    ///   its state as usual, and is the caller's to kill
    public static void main(String[] arguments) throws Exception {
        HomeServer server = new HomeServer(Path.of(arguments[0]), false);
        int visits = Integer.parseInt(arguments[4]);
        server.restore(
                Path.of(arguments[1]),
                ArchiveTrust.PROVEN,
                visits == 0
                        ? new HomedirComponent()
                        : new HomedirComponent(FileClock::now, Duration.ZERO),
                new Kept(Path.of(arguments[2]), Integer.parseInt(arguments[3]), visits));
    }
}
