package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.archive.ArchiveJudge;
import dev.packhorse.engine.archive.ArchiveLimits;
import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.session.SilentLog;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A customer turns folders and files of the home into links, pipes and other things while a
/// restore works in it. Whatever he wins, nothing outside of the home is written, and no restore
/// waits for him. What lies outside can be written by everybody, so that the rights of the account
/// alone protect nothing. Needs root; `-Dpackhorse.races=1000` for more rounds of each race.
@Timeout(900)
class RestoreRaceTest {
    private static final int ROUNDS = Integer.getInteger("packhorse.races", 200);

    /// All that work in a home, in their order.
    private static final List<String> MODULES =
            List.of(
                    "Homedir",
                    "MailFix",
                    "Htaccess",
                    "FileProtect",
                    "WebDiskHomedir",
                    "PublicHtmlSymlinks",
                    "NobodyFiles");

    private static final String RULES = "AddHandler application/x-httpd-php52 .php\n";

    @TempDir static Path folder;

    private static RestoreServer server;
    private static Account account;
    private static Path home;
    private static Path outside;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        account = server.services.accounts().find(new AccountName("bob")).orElseThrow();
        home = server.root.resolve("/home/bob");
        Files.createFile(server.root.resolve("/var/cpanel/fileprotect"));
        own("public_html/.htaccess", RULES, account.uid());
        own("public_html/upload.txt", "uploaded\n", 65_534);
        own("etc/webdav/passwd", "w@b:x:1:1::/home/bob/public_html:/bin/false\n", account.uid());
        own("etc/" + account.domains().main() + "/shadow", "a:hash:1\n", account.uid());
        Files.setPosixFilePermissions(
                home.resolve("mail/new"), PosixFilePermissions.fromString("rwxrwxrwx"));
        server.backUp("bob");
        outside = Files.createDirectory(server.root.resolve("/outside"));
        for (String name : List.of(".htaccess", "upload.txt", "passwd", "shadow", "picture.jpg")) {
            everybodys(Files.writeString(outside.resolve(name), RULES), "rw-rw-rw-");
        }
        for (String name : List.of("cur", "new", "tmp", "webdav")) {
            everybodys(Files.createDirectory(outside.resolve(name)), "rwxrwxrwx");
        }
        everybodys(Files.writeString(outside.resolve("webdav/passwd"), RULES), "rw-rw-rw-");
        everybodys(outside, "rwxrwxrwx");
    }

    private static void own(String path, String text, int uid) throws IOException {
        Path file = home;
        for (String name : path.split("/", -1)) {
            if (!file.equals(home) && !Files.exists(file)) {
                Files.createDirectory(file);
                Files.setAttribute(file, "unix:uid", account.uid());
                Files.setAttribute(file, "unix:gid", account.gid());
            }
            file = file.resolve(name);
        }
        Files.writeString(file, text);
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", account.gid());
        everybodys(file, "rw-r--r--");
    }

    private static void everybodys(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingOutsideOfTheHomeIsWritten(HomeRace race) throws Exception {
        List<String> before = outsideOfTheHome();
        Map<String, Integer> ended = new HashMap<>();
        Path archive =
                server.backups
                        .directory()
                        .root()
                        .resolve(RestoreServer.TODAY + "/accounts/bob.tar.gz");
        Path members = Files.createTempDirectory(folder, "members");
        try (JudgedArchive source =
                        new ArchiveJudge(ArchiveLimits.OWN, ArchiveTrust.PROVEN)
                                .judge(archive, members, Cancellation.never());
                HomeRace.Running racing = race.start(home, outside, account)) {
            for (int round = 0; round < ROUNDS; round++) {
                restore(source, ended);
            }
            assertThat(racing.swaps()).isGreaterThan(ROUNDS);
            System.out.printf(
                    "figure: %s: %d rounds of %d modules, %d swaps%n",
                    race, ROUNDS, MODULES.size(), racing.swaps());
        }
        assertThat(RestoreServer.differences(before, outsideOfTheHome())).isEmpty();
        assertThat(ended.keySet()).as("modules that came to their end").hasSizeGreaterThan(4);
    }

    private static void restore(JudgedArchive source, Map<String, Integer> ended)
            throws IOException {
        RestoreContext context =
                new RestoreContext(
                        account.name(),
                        source.facts(),
                        server.services,
                        RestoreOptions.ALL,
                        false,
                        Files.createTempDirectory(folder, "scratch"),
                        SilentLog.SILENT,
                        Cancellation.never());
        for (String name : MODULES) {
            AccountComponent module =
                    server.components.stream()
                            .filter(each -> each.name().value().equals(name))
                            .findFirst()
                            .orElseThrow();
            try {
                module.restore(context, source);
                ended.merge(name, 1, Integer::sum);
            } catch (ComponentException | IOException _) {
                // The customer was faster, and it is his home that is not restored.
                ended.merge("failed", 1, Integer::sum);
            }
        }
    }

    private static List<String> outsideOfTheHome() throws IOException {
        return server.census().stream().filter(line -> !line.startsWith("home/bob")).toList();
    }
}
