package dev.packhorse.engine.destination;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mounts the disk of a Local destination that asks for it while somebody has it open, and unmounts
/// it after the last, so that it lies apart from the server in between. What was mounted already
/// stays mounted. A disk that cannot be unmounted is tried again after the next use. Kept in
/// memory: what a killed process had mounted stays. Safe for many threads; one path never waits for
/// another.
public final class LocalMounts {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMounts.class);

    private final Mounter mounter;
    private final Map<String, Mount> mounts = new ConcurrentHashMap<>();

    public LocalMounts(Mounter mounter) {
        this.mounter = mounter;
    }

    /// Where others see to what is mounted.
    public static LocalMounts none() {
        return new LocalMounts(
                new Mounter() {
                    @Override
                    public Optional<String> mount(String hostPath) {
                        return Optional.of("nothing is mounted from here");
                    }

                    @Override
                    public Optional<String> unmount(String hostPath) {
                        return Optional.empty();
                    }
                });
    }

    /// Mounts and unmounts what the system's own table names.
    public interface Mounter {
        /// Mounts.
        ///
        /// @return why it did not work, empty if it did
        Optional<String> mount(String hostPath) throws IOException;

        /// Unmounts.
        ///
        /// @return why it did not work, empty if it did
        Optional<String> unmount(String hostPath) throws IOException;
    }

    /// Tells whether something is mounted.
    public interface Look {
        boolean isMounted() throws IOException;
    }

    /// A disk that somebody needs.
    public interface Use extends AutoCloseable {
        @Override
        void close();
    }

    /// Sees to it that the disk is mounted, as far as that is possible, until the use is closed.
    ///
    /// @throws IOException if that cannot be tried
    public Use use(String hostPath, Look look) throws IOException {
        Mount mount = mounts.computeIfAbsent(hostPath, Mount::new);
        mount.begin(look);
        return mount::end;
    }

    /// Whether a disk is mounted because it was needed.
    public boolean isOurs(String hostPath) {
        Mount mount = mounts.get(hostPath);
        return mount != null && mount.ours;
    }

    private final class Mount {
        private final String path;
        private int users;
        private String told = "";
        private volatile boolean ours;

        Mount(String path) {
            this.path = path;
        }

        synchronized void begin(Look look) throws IOException {
            if (!look.isMounted()) {
                Optional<String> failure = mounter.mount(path);
                ours = failure.isEmpty();
                failure.ifPresent(reason -> warn(reason, "the disk could not be mounted"));
            }
            users++;
        }

        synchronized void end() {
            users--;
            if (users > 0 || !ours) {
                return;
            }
            try {
                Optional<String> failure = mounter.unmount(path);
                ours = failure.isPresent();
                failure.ifPresent(reason -> warn(reason, "the disk could not be unmounted"));
            } catch (IOException e) {
                warn(String.valueOf(e.getMessage()), "the disk could not be unmounted");
            }
        }

        /// Once for each reason.
        private void warn(String reason, String message) {
            if (told.equals(reason)) {
                return;
            }
            told = reason;
            LOG.atWarn().addKeyValue("folder", path).addKeyValue("reason", reason).log(message);
        }
    }
}
