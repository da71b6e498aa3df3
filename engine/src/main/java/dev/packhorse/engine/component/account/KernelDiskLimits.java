package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.DiskQuota;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// The limits that the kernel holds.
public final class KernelDiskLimits implements DiskLimits {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /// What the kernel says where no limits are on, or there can be none.
    private static final Set<Errno> NO_LIMITS =
            Set.of(
                    Errno.ESRCH,
                    Errno.ENOSYS,
                    Errno.EINVAL,
                    Errno.ENOTBLK,
                    Errno.ENOENT,
                    Errno.ENODEV,
                    Errno.ENOTSUP);

    @Override
    public Optional<DiskQuota> find(Account account, Path home) throws IOException {
        Optional<ByteString> device = device(home);
        if (device.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(DiskQuota.of(device.get(), account.uid()));
        } catch (PosixException e) {
            if (NO_LIMITS.stream().anyMatch(e::is)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void set(Account account, Path home, DiskQuota quota) throws IOException {
        ByteString device =
                device(home)
                        .orElseThrow(() ->
                                new IOException("the disk of " + account.home() + " is gone"));
        quota.set(device, account.uid());
    }

    /// The block device on which a folder lies; of a link, the one on which the link lies.
    private static Optional<ByteString> device(Path folder) throws IOException {
        try {
            long number = (Long) Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
            String mounts = Files.readString(MOUNTS, StandardCharsets.ISO_8859_1);
            return device(mounts, number);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// @param mounts the text of `/proc/self/mountinfo`, a byte for each character
    /// @param number of the device, as stat tells it
    static Optional<ByteString> device(String mounts, long number) {
        long major = (number >> 8 & 0xfff) | (number >> 32 & ~0xfffL);
        long minor = (number & 0xff) | (number >> 12 & ~0xffL);
        String wanted = major + ":" + minor;
        return mounts.lines()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > 2 && fields[2].equals(wanted))
                .flatMap(fields -> source(fields).stream())
                .filter(source -> source.startsWith("/dev/"))
                .findFirst()
                .map(source -> ByteString.of(source.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// Behind a lone `-` come the kind of file system and its source.
    private static Optional<String> source(String[] fields) {
        for (int i = 6; i + 2 < fields.length; i++) {
            if (fields[i].equals("-")) {
                return Optional.of(fields[i + 2]);
            }
        }
        return Optional.empty();
    }
}
