package dev.packhorse.transport.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedLookupTest {
    private static final LookupPolicy ANY = LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6);

    /// A name whose owner gives another answer each time.
    private static final class Rebinding implements InetAddressResolver {
        private final Deque<List<InetAddress>> answers = new ArrayDeque<>();

        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
            return answers.remove().stream();
        }

        @Override
        public String lookupByAddress(byte[] address) {
            return "backup.example";
        }
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toList();
    }

    @Test
    void aNameThatChangesItsAnswerLeadsToNoSpecialAddress() throws Exception {
        Rebinding owner = new Rebinding();
        owner.answers.add(addresses("10.0.0.5", "fd12::5"));
        owner.answers.add(addresses("169.254.169.254", "10.0.0.5"));
        owner.answers.add(addresses("169.254.169.254", "fd00:ec2::254", "fe80::1"));
        InetAddressResolver judged = JudgedLookup.over(owner);

        assertThat(judged.lookupByName("backup.example", ANY))
                .as("private networks are where backups lie")
                .containsExactlyElementsOf(addresses("10.0.0.5", "fd12::5"));
        assertThat(judged.lookupByName("backup.example", ANY))
                .containsExactlyElementsOf(addresses("10.0.0.5"));
        assertThatThrownBy(() -> judged.lookupByName("backup.example", ANY))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("backup.example: only link-local");
    }

    /// As the daemon is one. Needs root, for a file of names of the child's own.
    @Test
    void aProcessWithTheDriversLooksNamesUpSo(@TempDir Path folder) throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "needs root");
        assumeTrue(
                new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0,
                "needs a mount namespace of its own");
        Path hosts =
                Files.writeString(
                        folder.resolve("hosts"),
                        "127.0.0.9 near.example\n169.254.169.254 meta.example\n");
        Process child =
                new ProcessBuilder(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"",
                                "sh",
                                hosts.toString(),
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Looking.class.getName(),
                                "near.example",
                                "meta.example")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .containsExactly(
                        "near.example 127.0.0.9",
                        "meta.example meta.example: only link-local or special addresses, which are not connected to");
    }
}
