package dev.packhorse.transport.rsync;

import dev.packhorse.transport.child.ChildCommand;
import dev.packhorse.transport.child.StandingChild;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One login that runs of rsync share, since a login of its own takes longer than most of them. The
/// first run that asks for it begins it; it ends with [#close], after a run that breaks, and with
/// this process, however that ends. No run depends on it: where it cannot be had, or lets nobody
/// through, ssh logs in for the run itself and tells what is wrong. Safe for several threads.
///
/// Source: OpenSSH ssh(1) `-M`, `-N`; ssh_config(5) `ControlMaster`, `ControlPath`
final class SharedLogin implements AutoCloseable {
    /// The shell becomes ssh; what it starts before ends ssh when this process is gone.
    private static final List<String> UNTIL_INPUT_ENDS =
            List.of(
                    "/bin/sh",
                    "-c",
                    "exec 3<&0; { read -r _; kill $$; } <&3 3<&- & exec \"$@\" </dev/null 3<&-",
                    "sh");

    /// What Linux takes for a socket, less what ssh adds to the name while it makes one.
    private static final int LONGEST_PATH = 107 - 17;

    private static final long LOOK_NANOS = 5_000_000L;

    private final RsyncSettings settings;
    private final String knownHosts;
    private final ReentrantLock changing = new ReentrantLock();
    private @Nullable Standing current;
    private boolean givenUp;

    /// @param knownHosts the confirmed host keys
    SharedLogin(RsyncSettings settings, String knownHosts) {
        this.settings = settings;
        this.knownHosts = knownHosts;
    }

    /// Takes part in it; waits while the first one logs in.
    ///
    /// @return the part, to be closed after the run; empty where there is none to be had
    /// @throws dev.packhorse.transport.spi.CancelledException after the cancellation was requested
    Optional<Part> take(Cancellation cancellation) throws IOException {
        lock(cancellation);
        try {
            if (current != null && !current.child.isAlive()) {
                retire(current);
            }
            if (current == null && !givenUp) {
                current = begin(cancellation).orElse(null);
                givenUp = current == null;
            }
            return Optional.ofNullable(current).map(Part::new);
        } finally {
            changing.unlock();
        }
    }

    /// The first one may wait long for a server that does not answer.
    private void lock(Cancellation cancellation) throws IOException {
        try {
            do {
                cancellation.check();
            } while (!changing.tryLock(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private Optional<Standing> begin(Cancellation cancellation) throws IOException {
        PrivateFolder folder = new PrivateFolder(settings.work());
        Path socket = folder.path().resolve("ssh");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            folder.close();
            return Optional.empty();
        }
        Standing begun;
        try {
            begun = new Standing(start(folder, socket), folder, socket);
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        try {
            if (isOpen(begun, cancellation)) {
                return Optional.of(begun);
            }
        } catch (IOException e) {
            begun.end();
            throw e;
        }
        begun.end();
        return Optional.empty();
    }

    private StandingChild start(PrivateFolder folder, Path socket) throws IOException {
        List<String> line = new ArrayList<>(UNTIL_INPUT_ENDS);
        SshCommand ssh = new SshCommand(settings, knownHosts, folder.path());
        line.addAll(ssh.master(socket));
        return StandingChild.start(new ChildCommand(line, ssh.environment()));
    }

    private boolean isOpen(Standing begun, Cancellation cancellation) throws IOException {
        Duration limit = settings.answering();
        long begin = System.nanoTime();
        while (begun.child.isAlive() && System.nanoTime() - begin < limit.toNanos()) {
            if (Files.exists(begun.socket)) {
                return true;
            }
            cancellation.check();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return false;
    }

    /// Gives it to no further run; the last one ends it.
    private void retire(Standing standing) throws IOException {
        if (standing.equals(current)) {
            current = null;
        }
        standing.retired = true;
        standing.endIfUnused();
    }

    /// Ends it when the runs that take part in it have ended; there will be none any more.
    @Override
    public void close() throws IOException {
        changing.lock();
        try {
            givenUp = true;
            if (current != null) {
                retire(current);
            }
        } finally {
            changing.unlock();
        }
    }

    /// A run's part in the login.
    final class Part implements AutoCloseable {
        private final Standing standing;

        private Part(Standing standing) {
            this.standing = standing;
            standing.runs++;
        }

        Path socket() {
            return standing.socket;
        }

        /// The line broke, or stands still: later runs shall not go through it.
        void broke() throws IOException {
            changing.lock();
            try {
                retire(standing);
            } finally {
                changing.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            changing.lock();
            try {
                standing.runs--;
                standing.endIfUnused();
            } finally {
                changing.unlock();
            }
        }
    }

    private static final class Standing {
        private final StandingChild child;
        private final PrivateFolder folder;
        private final Path socket;
        private int runs;
        private boolean retired;

        private Standing(StandingChild child, PrivateFolder folder, Path socket) {
            this.child = child;
            this.folder = folder;
            this.socket = socket;
        }

        private void endIfUnused() throws IOException {
            if (retired && runs == 0) {
                end();
            }
        }

        private void end() throws IOException {
            child.close();
            folder.close();
        }
    }
}
