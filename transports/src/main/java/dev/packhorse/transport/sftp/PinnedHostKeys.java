package dev.packhorse.transport.sftp;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import dev.packhorse.transport.ssh.HostKeyPins;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Trusts the confirmed keys and no other, and remembers which key a server showed. One connection.
final class PinnedHostKeys implements HostKeyRepository {
    private final HostKeyPins pins;
    private volatile @Nullable String refused;

    PinnedHostKeys(HostKeyPins pins) {
        this.pins = pins;
    }

    @Override
    public int check(String host, byte[] key) {
        if (pins.trust(key)) {
            return OK;
        }
        refused = HostKeyPins.fingerprint(key);
        return CHANGED;
    }

    /// What to say of the key that was not trusted, empty if none was shown.
    Optional<String> refusal() {
        return Optional.ofNullable(refused).map(pins::refusal);
    }

    @Override
    public void add(HostKey key, UserInfo user) {}

    @Override
    public void remove(String host, String type) {}

    @Override
    public void remove(String host, String type, byte[] key) {}

    @Override
    public String getKnownHostsRepositoryID() {
        return "host_key";
    }

    @Override
    public HostKey[] getHostKey() {
        return new HostKey[0];
    }

    @Override
    public HostKey[] getHostKey(String host, String type) {
        return new HostKey[0];
    }
}
