package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyPair;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SshKeyFunctionsTest {
    private static final String OTHER =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1wOTNmIqkeqZdFGyiBiaVQ6xhMLQLMsQqFmaTb6JS9";

    @TempDir Path root;
    private TestServer server;
    private Path folder;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.folder("root");
        folder = root.resolve("root/.ssh");
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    private String generate(String... more) throws WhmException {
        String[] arguments = new String[more.length + 2];
        System.arraycopy(more, 0, arguments, 2, more.length);
        arguments[0] = "name=backup";
        arguments[1] = "bits=2048";
        return server.data("generatesshkeypair", arguments).path("fingerprint").asString();
    }

    @Test
    void aNewPairIsOneThatSshReads() throws Exception {
        String fingerprint = generate("comment=for backups");

        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("backup"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(text("backup.pub")).startsWith("ssh-rsa AAAA").endsWith(" for backups\n");
        KeyPair pair = KeyPair.load(new JSch(), folder.resolve("backup").toString(), null);
        assertThat(pair.isEncrypted()).isFalse();
        assertThat(pair.getKeySize()).isEqualTo(2048);
        assertThat(sshKeygen("-l", "-f", folder.resolve("backup.pub").toString()))
                .contains(fingerprint, "2048");
        assertThat(
                        sshKeygen("-y", "-f", folder.resolve("backup").toString())
                                .strip()
                                .split(" ", -1)[1])
                .isEqualTo(text("backup.pub").split(" ", -1)[1]);
    }

    @Test
    void aPassphraseEncryptsThePrivateKey() throws Exception {
        generate("passphrase=open sesame");

        assertThat(text("backup")).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        KeyPair pair = KeyPair.load(new JSch(), folder.resolve("backup").toString(), null);
        assertThat(pair.decrypt(utf8("wrong"))).isFalse();
        assertThat(pair.decrypt(utf8("open sesame"))).isTrue();
        assertThat(sshKeygen("-y", "-P", "open sesame", "-f", folder.resolve("backup").toString()))
                .startsWith("ssh-rsa " + text("backup.pub").split(" ", -1)[1].strip());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sshKeygen(String... arguments) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")));
        String[] command = new String[arguments.length + 1];
        command[0] = "/usr/bin/ssh-keygen";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    @Test
    void aNameThatIsTakenIsLeftAloneUnlessItIsAskedFor() throws Exception {
        generate();
        String before = text("backup");

        assertThatThrownBy(() -> generate())
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“backup” already");
        assertThat(text("backup")).isEqualTo(before);
        generate("abort_on_existing_key=0");
        assertThat(text("backup")).isNotEqualTo(before);
    }

    @Test
    void keysAreListedWithWhatIsAskedFor() throws Exception {
        generate();
        Files.writeString(folder.resolve("known_hosts"), "host " + OTHER + "\n");
        Files.writeString(folder.resolve("notes"), "no key\n");
        Files.createSymbolicLink(folder.resolve("linked"), root.resolve("etc/passwd"));

        JsonNode privates = server.data("listsshkeys").path("keys");
        assertThat(privates).hasSize(1);
        assertThat(privates.get(0).path("file").asString()).isEqualTo("backup");
        assertThat(privates.get(0).path("private").asInt()).isOne();
        assertThat(privates.get(0).path("text").asString()).isEqualTo(text("backup"));
        assertThat(server.data("listsshkeys", "private_texts=0").path("keys").get(0).has("text"))
                .isFalse();
        JsonNode publics = server.data("listsshkeys", "private=0", "public_texts=1").path("keys");
        assertThat(publics).hasSize(1);
        assertThat(publics.get(0).path("text").asString()).isEqualTo(text("backup.pub"));
        assertThat(server.data("listsshkeys", "public=1").path("keys")).hasSize(2);
        assertThat(server.data("listsshkeys", "public=1", "files=backup.pub").path("keys"))
                .hasSize(1);
    }

    @Test
    void importedKeysAreKeptAndOthersRefused() throws Exception {
        server.call("importsshkey", "name=partner", "key=" + OTHER + " partner");
        assertThat(text("partner.pub")).isEqualTo(OTHER + " partner\n");
        String pem =
                "-----BEGIN OPENSSH PRIVATE KEY-----\r\nAAAA\r\n-----END OPENSSH PRIVATE KEY-----";
        server.call("importsshkey", "name=mine", "key=" + pem);
        assertThat(text("mine")).isEqualTo(pem.replace("\r", "") + "\n");

        for (String bad :
                new String[] {
                    "hello", "ssh-rsa AAAA", OTHER.replace("AAAAC3", "AAAAB3"), OTHER + "\n" + OTHER
                }) {
            assertThatThrownBy(() -> server.call("importsshkey", "name=x", "key=" + bad))
                    .isInstanceOf(WhmException.class)
                    .hasMessageContaining("“key”");
        }
        assertThatThrownBy(() ->
                        server.call("importsshkey", "name=x", "key=PuTTY-User-Key-File-3: ssh-rsa"))
                .hasMessageContaining("puttygen");
        assertThatThrownBy(() -> server.call("importsshkey", "name=mine", "key=" + pem))
                .hasMessageContaining("already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "authorized_keys", "a/b", ".hidden", "config", "a b"})
    void namesThatAreNoKeysAreRefused(String name) {
        for (String[] call :
                new String[][] {
                    {"generatesshkeypair", "name=" + name},
                    {"importsshkey", "name=" + name, "key=" + OTHER},
                    {"deletesshkey", "file=" + name},
                    {"authorizesshkey", "authorize=1", "file=" + name}
                }) {
            String[] arguments = Arrays.copyOfRange(call, 1, call.length);
            assertThatThrownBy(() -> server.call(call[0], arguments))
                    .isInstanceOf(WhmException.class);
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aKeyIsLetInWithOptionsAndKeptOutAgain() throws Exception {
        server.folder("root/.ssh");
        server.rootFile("root/.ssh/authorized_keys", "# by hand\nno-pty " + OTHER + " admin\n");
        generate();
        String line = text("backup.pub").strip();

        server.call("authorizesshkey", "authorize=1", "file=backup.pub");
        server.call(
                "authorizesshkey",
                "authorize=1",
                "file=backup.pub",
                "options=restrict,from=\"192.0.2.1\",command=\"/bin/true x\"");

        assertThat(text("authorized_keys"))
                .isEqualTo(
                        "# by hand\nno-pty "
                                + OTHER
                                + " admin\nrestrict,from=\"192.0.2.1\",command=\"/bin/true x\" "
                                + line
                                + "\n");
        assertThat(
                        server.data("listsshkeys", "private=0")
                                .path("keys")
                                .get(0)
                                .path("authorized")
                                .asInt())
                .isOne();
        server.call("authorizesshkey", "authorize=0", "text=" + OTHER);
        server.call("deletesshkey", "file=backup.pub", "leave_authorized=0");
        assertThat(text("authorized_keys")).isEqualTo("# by hand\n");
        assertThat(folder.resolve("backup.pub")).doesNotExist();
        assertThat(folder.resolve("backup")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no pty", "command=\"a\" b", "from=\"x", "a,,b", "Evil"})
    void optionsThatWouldBreakTheLineAreRefused(String options) {
        assertThatThrownBy(() ->
                        server.call(
                                "authorizesshkey",
                                "authorize=1",
                                "text=" + OTHER,
                                "options=" + options))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“options”");
        assertThat(folder).doesNotExist();
    }

    @Test
    void theGreetingOfAServerIsTold() throws Exception {
        assertThat(greeted("hello\r\nSSH-2.0-OpenSSH_9.9p1 Debian-3\r\n"))
                .isEqualTo(
                        "{\"comment\":\"Debian-3\",\"protocol_versions\":[\"2.0\"],"
                                + "\"received\":\"SSH-2.0-OpenSSH_9.9p1 Debian-3\","
                                + "\"server_software\":\"OpenSSH_9.9p1\"}");
        assertThatThrownBy(() -> greeted("220 mail.example ESMTP\r\n"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("no SSH");
        assertThatThrownBy(() -> greeted("x".repeat(300))).hasMessageContaining("no SSH");
    }

    private String greeted(String bytes) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> answer =
                    thread.submit(() -> {
                        try (Socket peer = socket.accept()) {
                            peer.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                        }
                        return bytes;
                    });
            try {
                return server.data(
                                "check_remote_ssh_connection",
                                "host=127.0.0.1",
                                "port=" + socket.getLocalPort())
                        .toString();
            } finally {
                answer.get();
            }
        }
    }

    @Test
    void aKeyIsShownInPuttysFormAndStaysUnlessItIsNotWanted() throws Exception {
        generate();
        String key = server.data("convertopensshtoputty", "file=backup").path("key").asString();
        assertThat(key).startsWith("PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n");
        assertThat(folder.resolve("backup")).exists();
        assertThat(
                        server.data("convertopensshtoputty", "file=backup", "keep_file=0")
                                .path("key")
                                .asString())
                .isEqualTo(key);
        assertThat(folder.resolve("backup")).doesNotExist();
        assertThatThrownBy(() -> server.call("convertopensshtoputty", "file=backup.pub"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("no private key");
        assertThatThrownBy(() -> server.call("convertopensshtoputty", "file=../x"))
                .isInstanceOf(WhmException.class);
    }

    @Test
    void aKeyIsLetInAsItIsGivenOut() throws Exception {
        generate();
        RawParameters call =
                RawParameters.of("api.version", "1")
                        .with("authorize", "1")
                        .with("text", text("backup.pub"));
        JsonNode body = server.dispatcher().call(TestServer.ROOT, "authorizesshkey", call).body();
        assertThat(body.at("/metadata/result").asInt()).as(body.toString()).isOne();
        assertThat(text("authorized_keys")).isEqualTo(text("backup.pub"));

        assertThatThrownBy(() ->
                        server.call(
                                "authorizesshkey",
                                "authorize=1",
                                "text=" + OTHER + "\n" + text("backup.pub")))
                .hasMessageContaining("one key, in one line");
    }
}
