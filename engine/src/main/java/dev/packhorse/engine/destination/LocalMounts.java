package dev.packhorse.engine.destination;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mounts the disk of a Local destination that asks for it while somebody has it open, and unmounts
/// it after the last, so that it lies apart from the server in between. What was mounted already
/// stays mounted. While it is used its folder is held open, so that no other process can unmount it
/// and what is written land below the mount point. A disk that cannot be unmounted is tried again
/// after the next use. Kept in memory: what a killed process had mounted stays. Safe for many
/// threads; one path never waits for another.
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
    /// @param folder where the path lies on this system
    /// @throws IOException if the folder cannot be looked at or opened
    public Use use(String hostPath, Path folder, Look look) throws IOException {
        Mount mount = mounts.computeIfAbsent(hostPath, Mount::new);
        mount.begin(folder, look);
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

        /// A disk of which something is open is busy for every `umount`.
        private Optional<FileChannel> held = Optional.empty();

        private volatile boolean ours;

        Mount(String path) {
            this.path = path;
        }

        synchronized void begin(Path folder, Look look) throws IOException {
            users++;
            boolean begun = false;
            try {
                if (!look.isMounted()) {
                    letGo();
                    Optional<String> failure = mount();
                    ours = failure.isEmpty();
                    failure.ifPresent(reason -> warn(reason, "the disk could not be mounted"));
                }
                hold(folder, look);
                begun = true;
            } finally {
                if (!begun) {
                    end();
                }
            }
        }

        private Optional<String> mount() {
            try {
                return mounter.mount(path);
            } catch (IOException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }

        private void hold(Path folder, Look look) throws IOException {
            if (held.isPresent() || !look.isMounted()) {
                return;
            }
            held = Optional.of(FileChannel.open(folder, StandardOpenOption.READ));
            // Another process may have unmounted it before it was open.
            if (!look.isMounted()) {
                letGo();
            }
        }

        private void letGo() {
            Optional<FileChannel> before = held;
            held = Optional.empty();
            try {
                if (before.isPresent()) {
                    before.get().close();
                }
            } catch (IOException e) {
                warn(String.valueOf(e.getMessage()), "the disk's folder could not be closed");
            }
        }

        synchronized void end() {
            users--;
            if (users > 0) {
                return;
            }
            letGo();
            if (!ours) {
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
