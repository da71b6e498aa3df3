package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteString;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KernelDiskLimitsTest {
    private static final String MOUNTS =
            """
            22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            23 22 0:21 / /proc rw shared:5 - proc proc rw
            40 22 259:260 / /home rw,relatime shared:7 master:1 - xfs /dev/nvme0n1p4 rw,usrquota
            41 22 0:44 / /tmp rw - tmpfs /dev/odd rw
            """;

    @Test
    void aDiskIsFoundByItsNumber() {
        // As stat gives them: the minor number's upper bits lie above the major one.
        assertThat(KernelDiskLimits.device(MOUNTS, 254 << 8)).contains(ByteString.of("/dev/vda"));
        assertThat(KernelDiskLimits.device(MOUNTS, 1 << 20 | 259 << 8 | 4))
                .contains(ByteString.of("/dev/nvme0n1p4"));
        assertThat(KernelDiskLimits.device(MOUNTS, 21)).isEmpty();
        assertThat(KernelDiskLimits.device(MOUNTS, 7 << 8)).isEmpty();
    }

    /// The kernel is not asked about what lies on no block device.
    @Test
    void aDiskWithoutLimitsHasNone() throws Exception {
        Account nobody =
                new Account(
                        new AccountName("alice"),
                        12_345,
                        12_345,
                        "/home/alice",
                        "/bin/bash",
                        DomainSet.of("alice.example", "/home/alice/public_html"),
                        false,
                        new TreeMap<>());
        assertThat(new KernelDiskLimits().find(nobody, Path.of("/proc/self"))).isEmpty();
        assertThat(new KernelDiskLimits().find(nobody, Path.of("/proc/gone"))).isEmpty();
    }
}
