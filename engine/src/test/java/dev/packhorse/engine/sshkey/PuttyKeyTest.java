package dev.packhorse.engine.sshkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys go from OpenSSH through our form into PuTTY's own program and back, and stay the same.
class PuttyKeyTest {
    private static final String PASSPHRASE = "four and twenty";

    @TempDir private Path folder;

    @BeforeEach
    void programs() {
        for (String program : List.of("/usr/bin/puttygen", "/usr/bin/ssh-keygen")) {
            assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
    }

    private String run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private Secret secret(String name) throws IOException {
        return new Secret(Files.readString(folder.resolve(name)));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void keep(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(
                folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    /// Type and number of a key, without its comment.
    private String publicKey(String file, String passphrase) throws Exception {
        return words(run("ssh-keygen", "-y", "-P", passphrase, "-f", path(file)));
    }

    private static String words(String line) {
        String[] words = line.strip().split(" ", -1);
        return words[0] + " " + words[1];
    }

    private void convertAndBack(String passphrase) throws Exception {
        keep("key.ppk", PuttyKey.of(secret("key"), new Secret(passphrase)).reveal());
        keep("passphrase", passphrase);
        keep("nothing", "");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "puttygen",
                                path("key.ppk"),
                                "-O",
                                "private-openssh",
                                "-o",
                                path("back"),
                                "--old-passphrase",
                                path("passphrase"),
                                "--new-passphrase",
                                path("nothing")));
        run(command.toArray(String[]::new));
        assertThat(publicKey("back", "")).isEqualTo(publicKey("key", passphrase));
        assertThat(Files.readString(folder.resolve("key.ppk")))
                .contains(passphrase.isEmpty() ? "Encryption: none" : "Encryption: aes256-cbc")
                .doesNotContain(passphrase.isEmpty() ? "no such words" : passphrase);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa,2048,''",
        "rsa,2048,four and twenty",
        "ecdsa,256,''",
        "ecdsa,521,four and twenty",
        "ed25519,256,''",
        "ed25519,256,four and twenty"
    })
    void puttyReadsWhatWasConverted(String type, String bits, String passphrase) throws Exception {
        run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", passphrase, "-f", path("key"));
        convertAndBack(passphrase);
    }

    @ParameterizedTest
    @CsvSource({"''", "four and twenty"})
    void ourOwnKeysToo(String passphrase) throws Exception {
        keep(
                "key",
                NewKeyPair.generate(2048, new Secret(passphrase), "ours").privateText().reveal());
        convertAndBack(passphrase);
    }

    @Test
    void whatCannotBeOpenedIsRefused() throws Exception {
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", PASSPHRASE, "-f", path("key"));
        assertThatThrownBy(() -> PuttyKey.of(secret("key"), new Secret("wrong")))
                .isInstanceOf(PuttyKey.UnreadableException.class)
                .hasMessageContaining("the passphrase does not open it");
        assertThatThrownBy(() -> PuttyKey.of(secret("key"), new Secret("")))
                .hasMessageContaining("it has a passphrase");
        assertThatThrownBy(() -> PuttyKey.of(new Secret("no key"), new Secret("")))
                .hasMessageContaining("no private key");
        assertThatThrownBy(() -> PuttyKey.of(secret("key.pub"), new Secret("")))
                .isInstanceOf(PuttyKey.UnreadableException.class);
    }
}
