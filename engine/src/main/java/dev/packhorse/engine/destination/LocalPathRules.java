package dev.packhorse.engine.destination;

import dev.packhorse.engine.rootfile.DurableFolder;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Which folders of this server may receive archives: they hold the files and secrets of all
/// customers, and root writes there and prunes. Asked when a destination is configured and again
/// each time before one is used. Safe for many threads.
public final class LocalPathRules {
    /// Nothing of ours lies in, below or beside what the system itself lives in.
    private static final List<String> SYSTEM =
            List.of(
                    "/bin",
                    "/boot",
                    "/dev",
                    "/etc",
                    "/lib",
                    "/lib32",
                    "/lib64",
                    "/proc",
                    "/run",
                    "/sbin",
                    "/sys",
                    "/usr/bin",
                    "/usr/lib",
                    "/usr/local/cpanel",
                    "/usr/sbin",
                    "/var/cpanel",
                    "/var/lib",
                    "/var/run",
                    "/var/spool");

    /// Too near the top: folders of ours would stand among those of others.
    private static final Set<String> TOO_HIGH =
            Set.of(
                    "/",
                    "/home",
                    "/mnt",
                    "/media",
                    "/opt",
                    "/root",
                    "/srv",
                    "/tmp",
                    "/usr",
                    "/usr/local",
                    "/var",
                    "/var/tmp");

    private final Path root;
    private final TrustedPath trusted;
    private final HomeFolders homes;
    private final LocalMounts mounts;

    /// The rules for one host.
    ///
    /// @param root the host's root folder on this system
    /// @param homes the customers' folders
    /// @param mounts of the disks of destinations
    public LocalPathRules(Path root, HomeFolders homes, LocalMounts mounts) {
        this.root = root;
        this.trusted = new TrustedPath(root);
        this.homes = homes;
        this.mounts = mounts;
    }

    /// The disks that destinations have mounted.
    public LocalMounts mounts() {
        return mounts;
    }

    /// The home folders of all accounts, absolute as the host sees them.
    @FunctionalInterface
    public interface HomeFolders {
        /// The folders, read afresh.
        ///
        /// @throws IOException if the accounts cannot be read
        List<String> list() throws IOException;
    }

    /// Where the folder lies on this system; it need not exist.
    ///
    /// @throws UntrustedPathException if archives may not lie there; the message says why
    /// @throws IOException if it cannot be looked at
    public Path check(String hostPath) throws IOException {
        Path folder = trusted.folder(hostPath);
        String real = "/" + root.relativize(folder);
        for (String path : List.of(hostPath, real)) {
            refuseSystem(path);
            refuseHomes(path);
        }
        return folder;
    }

    /// Checks, and makes what is missing with mode 0700.
    ///
    /// @throws UntrustedPathException if archives may not lie there
    /// @throws IOException if it cannot be made
    public Path prepare(String hostPath) throws IOException {
        Path folder = check(hostPath);
        DurableFolder.make(folder);
        return check(hostPath);
    }

    /// Checks a destination's folder and, where it asks for that, that its disk is mounted.
    ///
    /// @throws UntrustedPathException if archives may not lie there now
    /// @throws NotMountedException if its disk is not mounted now
    /// @throws IOException if it cannot be made or looked at
    public Path prepare(DestinationSettings.Local settings) throws IOException {
        Path folder = check(settings.path());
        if (settings.mount() && settings.noMountFail() && !trusted.isMountPoint(folder)) {
            throw new NotMountedException(
                    settings.path()
                            + " is not mounted: mount its disk or switch no_mount_fail off");
        }
        return prepare(settings.path());
    }

    /// Has a destination's disk mounted where it asks for that, as far as it can be.
    ///
    /// @return closed when nobody needs the disk any more
    /// @throws UntrustedPathException if archives may not lie there
    /// @throws IOException if it cannot be looked at
    public LocalMounts.Use use(DestinationSettings.Local settings) throws IOException {
        if (!settings.mount()) {
            return () -> {};
        }
        Path folder = check(settings.path());
        return mounts.use(settings.path(), folder, () -> trusted.isMountPoint(folder));
    }

    private static void refuseSystem(String path) throws UntrustedPathException {
        boolean system =
                TOO_HIGH.contains(path)
                        || SYSTEM.stream()
                                .anyMatch(each -> isInside(path, each) || isInside(each, path));
        if (system) {
            throw new UntrustedPathException(
                    path + " belongs to the system: use a folder of its own, as /backup");
        }
    }

    private void refuseHomes(String path) throws IOException {
        for (String home : homes.list()) {
            if (isInside(path, home) || isInside(home, path)) {
                throw new UntrustedPathException(
                        path
                                + " and the home folder "
                                + home
                                + " overlap: use a folder outside the homes");
            }
        }
    }

    private static boolean isInside(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }
}
