package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.AccountThread;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What a customer does in the home as fast as he can while something is restored there. Each step
/// is undone by the next ones, as far as the restore lets him.
enum HomeRace {
    /// Folders become links to a folder outside that everybody can write.
    FOLDERS_FOR_LINKS {
        @Override
        void swap(Place place) throws IOException {
            for (String name : List.of("public_html", "mail", "etc")) {
                place.inPlaceOf(
                        place.home,
                        ByteName.of(name),
                        () -> place.home.makeSymlink(DECOY, place.outsideName));
            }
        }
    },
    /// Files become links to files outside that everybody can write.
    FILES_FOR_LINKS {
        @Override
        void swap(Place place) throws IOException {
            place.eachFile((folder, name) ->
                    folder.makeSymlink(
                            DECOY,
                            place.outsideName.concat(ByteString.of("/")).concat(name.value())));
        }
    },
    /// Files become further names of files outside that everybody can write.
    FILES_FOR_HARD_LINKS {
        @Override
        void swap(Place place) throws IOException {
            place.eachFile((folder, name) -> folder.makeHardLink(place.outside, name, DECOY));
        }
    },
    /// Files become pipes, on which a reader would wait for ever.
    FILES_FOR_PIPES {
        @Override
        void swap(Place place) throws IOException {
            place.eachFile((folder, _) -> folder.makeFifo(DECOY));
        }
    },
    /// Folders are moved into others and back, so that what lies above them changes.
    FOLDERS_AWAY {
        @Override
        void swap(Place place) throws IOException {
            for (String name : List.of("mail", "etc", "public_html")) {
                ByteName from = ByteName.of(name);
                place.attempt(() -> {
                    try (Directory tmp = place.home.open(ByteName.of("tmp"))) {
                        place.attempt(() -> place.home.rename(from, tmp, from));
                        place.attempt(() -> tmp.rename(from, place.home, from));
                        place.attempt(() -> tmp.removeTree(from));
                    }
                });
            }
        }
    };

    private static final ByteName DECOY = ByteName.of("decoy");
    private static final int TURNS = 6;

    abstract void swap(Place place) throws IOException;

    /// Begins; closing ends it.
    Running start(Path home, Path outside, Account account) throws IOException {
        return new Running(this, home, outside, new Identity(account.uid(), account.gid()));
    }

    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    @FunctionalInterface
    interface FileStep {
        void run(Directory folder, ByteName name) throws IOException;
    }

    /// Where it happens. One thread.
    static final class Place {
        final Directory home;
        final Directory outside;
        final ByteString outsideName;
        private final AtomicLong swaps;

        Place(Directory home, Directory outside, ByteString outsideName, AtomicLong swaps) {
            this.home = home;
            this.outside = outside;
            this.outsideName = outsideName;
            this.swaps = swaps;
        }

        /// Does it, if the other side is not faster.
        void attempt(Step step) throws IOException {
            try {
                step.run();
                swaps.incrementAndGet();
            } catch (PosixException _) {
                // The restore was faster.
                Thread.onSpinWait();
            }
        }

        /// Makes a decoy, and exchanges it with a file or folder at one stroke, again and again.
        void inPlaceOf(Directory folder, ByteName name, Step decoy) throws IOException {
            attempt(decoy);
            for (int turn = 0; turn < TURNS; turn++) {
                attempt(() -> folder.exchange(name, folder, DECOY));
            }
            attempt(() -> folder.removeFile(DECOY));
            attempt(() -> folder.removeTree(DECOY));
        }

        void eachFile(FileStep other) throws IOException {
            for (String path :
                    List.of(
                            "public_html/.htaccess",
                            "public_html/upload.txt",
                            "etc/webdav/passwd")) {
                int slash = path.lastIndexOf('/');
                ByteName name = ByteName.of(path.substring(slash + 1));
                attempt(() -> {
                    try (Directory folder =
                            home.openBeneath(BytePath.of(path.substring(0, slash)))) {
                        inPlaceOf(folder, name, () -> other.run(folder, name));
                    }
                });
            }
        }
    }

    /// A race under way.
    static final class Running implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong swaps = new AtomicLong();
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        private final Directory home;
        private final Directory outside;
        private final Thread thread;

        private Running(HomeRace race, Path home, Path outside, Identity customer)
                throws IOException {
            this.home = Directory.openTrusted(home);
            this.outside = Directory.openTrusted(outside);
            Place place =
                    new Place(this.home, this.outside, ByteString.of(outside.toString()), swaps);
            thread = Thread.ofPlatform().start(() -> run(race, place, customer));
        }

        private void run(HomeRace race, Place place, Identity customer) {
            try {
                AccountThread.call(
                        customer,
                        () -> {
                            while (!ended.get()) {
                                race.swap(place);
                            }
                            return race;
                        });
            } catch (Exception e) {
                failure.set(e);
            }
        }

        /// How many steps he won.
        long swaps() {
            return swaps.get();
        }

        @Override
        public void close() throws IOException {
            ended.set(true);
            assertThat(joins()).as("the customer ended").isTrue();
            home.close();
            outside.close();
            assertThat(failure.get()).isNull();
        }

        private boolean joins() {
            try {
                return thread.join(Duration.ofSeconds(60));
            } catch (InterruptedException e) {
                throw new IllegalStateException("a test was interrupted", e);
            }
        }
    }
}
