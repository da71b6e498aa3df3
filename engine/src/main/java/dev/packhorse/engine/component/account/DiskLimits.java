package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.DiskQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What accounts may have on the file systems of their homes. Safe for many threads.
public interface DiskLimits {
    /// No file system has limits.
    DiskLimits NONE =
            new DiskLimits() {
                @Override
                public Optional<DiskQuota> find(Account account, Path home) {
                    return Optional.empty();
                }

                @Override
                public void set(Account account, Path home, DiskQuota quota) throws IOException {
                    throw new IOException("there are no disk limits here");
                }
            };

    /// The limit of an account where its home lies, empty if file systems of that kind have none,
    /// or none are on.
    ///
    /// @param home where the home lies on this system
    /// @throws IOException if there is one and it cannot be read
    Optional<DiskQuota> find(Account account, Path home) throws IOException;

    /// Sets it, where [#find] has one.
    ///
    /// @throws IOException if it cannot be set
    void set(Account account, Path home, DiskQuota quota) throws IOException;
}
