package dev.packhorse.engine.component;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// How far a module has come, for modules whose work takes long: kept where a later try of the same
/// job finds it after a crash. One thread.
public interface ModuleProgress {
    /// Nothing is kept, and nothing goes on.
    ModuleProgress NONE =
            new ModuleProgress() {
                @Override
                public Optional<String> before() {
                    return Optional.empty();
                }

                @Override
                public void reached(String state) {}

                @Override
                public Optional<Path> folder() {
                    return Optional.empty();
                }

                @Override
                public boolean goesOnLater() {
                    return false;
                }
            };

    /// What the module kept last in an earlier try of the same job; empty in the first.
    Optional<String> before();

    /// Keeps how far it is. What the state speaks of is on stable storage already.
    ///
    /// @param state short, in a form of the module's own
    /// @throws IOException if it cannot be kept, as when the job is another worker's by now
    void reached(String state) throws IOException;

    /// A folder for root alone in which the module may leave files to later tries of the same job;
    /// it goes when the job has ended. Empty where nothing is kept.
    ///
    /// @throws IOException if it cannot be made
    Optional<Path> folder() throws IOException;

    /// Tells those who look on that so many more bytes of the archive's content are back.
    default void restored(long bytes) {}

    /// Whether the run is being stopped only to go on in a later one, or goes on with another
    /// worker already, so that what is done stays.
    boolean goesOnLater();
}
