package dev.packhorse.engine.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.DomainViewReader;
import dev.packhorse.engine.host.FoundDomains;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UnixAccountDirectory;
import dev.packhorse.engine.host.UnixAccountSettings;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Crypt;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoServerTest {
    @TempDir static Path folder;
    private static Path root;
    private static AccountDirectory accounts;

    @BeforeAll
    static void write() throws IOException {
        root = folder.resolve("server");
        DemoServer.write(root);
        accounts = new CpanelAccountDirectory(new HostRoot(root));
    }

    @Test
    void twoServersAreEqual(@TempDir Path scratch) throws Exception {
        DemoServer.write(scratch.resolve("one"), 400);
        DemoServer.write(scratch.resolve("two"), 400);

        assertThat(TreeDigest.lines(scratch.resolve("two")))
                .hasSizeGreaterThan(1_500)
                .isEqualTo(TreeDigest.lines(scratch.resolve("one")));
    }

    @Test
    void aFolderWithContentIsRefused() {
        assertThatThrownBy(() -> DemoServer.write(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void itTakesLessThanSixtyMegabytes() throws Exception {
        Process du = new ProcessBuilder("du", "-sk", root.toString()).start();
        String kilobytes =
                new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                        .split("\t", 2)[0];

        assertThat(du.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Integer.parseInt(kilobytes)).isBetween(20_000, 60_000);
    }

    @Test
    void theCpanelSourceFindsEveryAccount() throws Exception {
        assertThat(accounts.names()).extracting(AccountName::value).isEqualTo(DemoServer.ACCOUNTS);
        for (AccountName name : accounts.names()) {
            Account account = account(name.value());
            assertThat(account.home()).isEqualTo("/home/" + name);
            assertThat(account.settings()).containsEntry("USER", name.value());
        }
    }

    @Test
    void aliceHasAllKindsOfDomains() throws Exception {
        Account alice = account("alice");

        assertThat(alice.domains().main()).isEqualTo("alice.example");
        assertThat(alice.domains().addons())
                .containsExactly(Map.entry("alices-shop.example", "shop.alice.example"));
        assertThat(alice.domains().subs())
                .containsExactly("blog.alice.example", "shop.alice.example");
        assertThat(alice.domains().parked()).containsExactly("alice-parked.example");
        assertThat(alice.domains().documentRoots())
                .containsEntry("blog.alice.example", "/home/alice/public_html/blog");
        assertThat(root.resolve("home/alice/mail/alice.example/info/cur")).isNotEmptyDirectory();
    }

    @Test
    void ownersAndSuspensionAreDescribed() throws Exception {
        assertThat(account("carol").owner()).isEqualTo("bob");
        assertThat(account("gina").owner()).isEqualTo("bob");
        assertThat(account("alice").owner()).isEqualTo("root");
        for (String name : DemoServer.ACCOUNTS) {
            assertThat(account(name).suspended()).as(name).isEqualTo(name.equals("dave"));
        }
    }

    @Test
    void rootsPasswordIsTheDocumentedOne() throws Exception {
        String hash = new UserDatabase(new HostRoot(root)).passwordHash("root").orElseThrow();

        assertThat(Crypt.verify(DemoServer.ROOT_PASSWORD, hash)).isTrue();
        assertThat(Crypt.verify("wrong", hash)).isFalse();
    }

    @Test
    void homesBelongToTheirAccounts() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        for (String name : DemoServer.ACCOUNTS) {
            Account account = account(name);
            Path file = root.resolve("home/" + name + "/mail/mailbox_format.cpanel");
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(account.uid());
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(account.gid());
        }
    }

    @Test
    void erinHasTwentyThousandSmallFiles() throws Exception {
        try (var files = Files.walk(root.resolve("home/erin"))) {
            assertThat(files.filter(Files::isRegularFile).count())
                    .isGreaterThanOrEqualTo(DemoServer.SMALL_FILES);
        }
    }

    @Test
    void frankHasEverythingOdd() throws Exception {
        List<String> lines = TreeDigest.lines(root.resolve("home/frank/odd"));
        Map<String, String> byPath = new HashMap<>();
        lines.forEach(line -> byPath.put(line.substring(0, line.indexOf(' ')), line));

        assertThat(byPath)
                .containsKeys("names/new%0Aline.txt", "names/%FF%FE-not", "names/dir%E8/inside.txt")
                .hasEntrySatisfying("modes/setuid", line -> has(line, " 4755 "))
                .hasEntrySatisfying("modes/none", line -> has(line, " 0000 "))
                .hasEntrySatisfying("modes/sticky-folder", line -> has(line, "DIRECTORY 1777 "))
                .hasEntrySatisfying("modes/setgid-folder", line -> has(line, "DIRECTORY 2775 "))
                .hasEntrySatisfying("times/before-1970", line -> has(line, " -31536000.250000000 "))
                .hasEntrySatisfying("special/fifo", line -> has(line, " FIFO "))
                .hasEntrySatisfying("special/socket", line -> has(line, " SOCKET "))
                .hasEntrySatisfying("hard/second", line -> has(line, " hard/first "))
                .hasEntrySatisfying("links/third", line -> has(line, " hard/first "))
                .hasEntrySatisfying("links/loop", line -> has(line, " loop "))
                .hasEntrySatisfying("sparse/holes.img", line -> has(line, " 16777216 "));
        assertThat(byPath.keySet()).anyMatch(path -> path.length() > 1_000);
    }

    @Test
    void theViewsOnTheServerAgree() throws Exception {
        HostFiles files = new HostFiles(new HostRoot(root));
        AccountName alice = new AccountName("alice");

        FoundDomains found =
                DomainViewReader.read(
                        path ->
                                path.startsWith("cp/")
                                        ? files.readText("/var/cpanel/users/alice")
                                        : files.readText(
                                                "/var/cpanel/"
                                                        + path.replace("data/", "data/alice/")),
                        alice,
                        "/home/alice");

        assertThat(found.conflicts()).isEmpty();
        assertThat(found.domains()).isEqualTo(account("alice").domains());
    }

    @Test
    void theUnixSourceReadsTheSameServer(@TempDir Path scratch) throws Exception {
        Path map = Files.writeString(scratch.resolve("domains.yaml"), "alice: alice.example\n");
        UnixAccountSettings settings =
                new UnixAccountSettings(
                        Identity.ofProcess().isRoot() ? 1_000 : 1,
                        Integer.MAX_VALUE,
                        List.of("/home"),
                        UnixAccountSettings.DEFAULT.systemShells(),
                        Optional.of(map),
                        "192.0.2.1");
        UnixAccountDirectory unix =
                new UnixAccountDirectory(new HostRoot(root), settings, DemoServer.HOSTNAME);

        assertThat(unix.names())
                .extracting(AccountName::value)
                .containsExactly("alice", "bob", "carol", "erin", "frank", "gina");
        assertThat(unix.find(new AccountName("alice")).orElseThrow().domains().main())
                .isEqualTo("alice.example");
        Account bob = unix.find(new AccountName("bob")).orElseThrow();
        assertThat(bob.domains().main()).isEqualTo("bob.host.packhorse.example");
        assertThat(bob.settings())
                .containsEntry("STARTDATE", "1728000000")
                .containsEntry("MAXSQL", "unlimited")
                .containsEntry("IP", "192.0.2.1");
        assertThat(unix.find(new AccountName("dave"))).isEmpty();
    }

    private static void has(String line, String part) {
        assertThat(line).contains(part);
    }

    private static Account account(String name) throws IOException {
        return accounts.find(new AccountName(name)).orElseThrow();
    }

    @Test
    void theDigestSeesEveryChange(@TempDir Path scratch) throws Exception {
        Path file = Files.writeString(scratch.resolve("file"), "content");
        Path link = Files.createSymbolicLink(scratch.resolve("link"), Path.of("file"));
        String before = TreeDigest.sha256(scratch);
        var time = Files.getLastModifiedTime(file);

        Files.writeString(file, "Content");
        Files.setLastModifiedTime(file, time);
        assertThat(TreeDigest.sha256(scratch)).as("content").isNotEqualTo(before);
        Files.writeString(file, "content");
        Files.setLastModifiedTime(file, time);
        assertThat(TreeDigest.sha256(scratch)).as("put back").isEqualTo(before);

        Files.setPosixFilePermissions(file, Set.of());
        assertThat(TreeDigest.sha256(scratch)).as("mode").isNotEqualTo(before);
        var folderTime = Files.getLastModifiedTime(scratch);
        String now = TreeDigest.sha256(scratch);
        Files.setLastModifiedTime(scratch, FileTime.fromMillis(folderTime.toMillis() + 5));
        assertThat(TreeDigest.sha256(scratch)).as("folder's time").isNotEqualTo(now);
        Files.setLastModifiedTime(scratch, folderTime);
        Path changed = Files.createSymbolicLink(scratch.resolve("new"), Path.of("elsewhere"));
        Files.move(changed, link, StandardCopyOption.REPLACE_EXISTING);
        assertThat(TreeDigest.lines(scratch)).anyMatch(line -> line.contains("elsewhere"));
    }
}
