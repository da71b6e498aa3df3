package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;

/// The file that says that an account is being restored. It outlives a killed process on purpose:
/// until a restore has come to its end the account is not whole.
public final class RestoreLock {
    private final HostFiles files;
    private final String path;

    private RestoreLock(HostFiles files, String path) {
        this.files = files;
        this.path = path;
    }

    public static RestoreLock of(HostServices services, AccountName account) {
        return new RestoreLock(new HostFiles(services.root()), folder(services) + "/" + account);
    }

    /// Where such files lie.
    static String folder(HostServices services) {
        return services.accounts().source().equals("cpanel")
                ? "/var/cpanel/packhorse/restoring"
                : "/var/lib/packhorse/restoring";
    }

    /// Whether a restore of the account has begun and not ended.
    public boolean isHeld() throws IOException {
        return files.stat(path).isPresent();
    }

    /// Sets the lock; one that is held stays.
    void take(String archive) throws IOException {
        files.writeText(path, archive + "\n", FileRights.ofRoot(0600));
    }

    /// Takes the lock away, if it is there.
    void release() throws IOException {
        files.remove(path);
    }
}
