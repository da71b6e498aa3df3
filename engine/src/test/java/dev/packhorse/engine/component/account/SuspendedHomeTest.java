package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.BackupSwitch;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a suspension does in a home: web sites and mail logins. Needs root, for an account with a
/// number of its own.
class SuspendedHomeTest {
    private static final int DEMO = 1_000;
    private static final int MAIL = 12;
    private static final String RULE = "RedirectMatch 302 \"^/\" \"/cgi-sys/suspendedpage.cgi\"\n";
    private static final String SHADOW =
            """
            info:$6$salt$infoinfoinfo:19700::::::
            gone:*LOCKED*$6$salt$gonegonegone:19700::::::
            nothing::19700::::::
            no login\
            """;
    private static final String USERS = "var/cpanel/users/demo";
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir Path folder;

    private SmallServer server;
    private Path home;
    private Suspension suspension;

    @BeforeEach
    void makeAccount() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new SmallServer(folder);
        server.makeAccount();
        home = server.root.resolve("home/demo");
        suspension = new Suspension(server.services);
        own("public_html/.htaccess", "Options -Indexes\n", "rw-r-----");
        own("public_html/index.html", "x", "rw-r--r--");
        own("etc/demo.example/shadow", SHADOW, "rw-r-----");
        Files.setAttribute(home.resolve("etc/demo.example/shadow"), "unix:gid", MAIL);
    }

    private Path own(String path, String content, String mode) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-02-02T02:02:02Z")));
        for (Path each = file; each != null && !each.equals(home); each = each.getParent()) {
            Files.setAttribute(each, "unix:uid", DEMO);
            Files.setAttribute(each, "unix:gid", DEMO);
        }
        return file;
    }

    private Account account() throws IOException {
        return server.services.accounts().find(new AccountName("demo")).orElseThrow();
    }

    private List<String> suspend() throws IOException {
        return suspension.suspend(account(), "why", false, true, NOW);
    }

    private List<String> unsuspend() throws IOException {
        return suspension.unsuspend(account());
    }

    private String read(String path) throws IOException {
        return Files.readString(home.resolve(path));
    }

    /// Every file of the home with all that makes it that file.
    private Map<String, String> files() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(home)) {
            for (Path path : paths.filter(each -> !Files.isDirectory(each)).toList()) {
                Map<String, Object> facts =
                        Files.readAttributes(
                                path,
                                "unix:ino,nlink,mode,uid,gid,lastModifiedTime",
                                LinkOption.NOFOLLOW_LINKS);
                String content =
                        Files.isSymbolicLink(path)
                                ? "-> " + Files.readSymbolicLink(path)
                                : Files.readString(path);
                all.put(home.relativize(path).toString(), new TreeMap<>(facts) + "\n" + content);
            }
        }
        return all;
    }

    @Test
    void sitesLeadToTheNoticeAndMailLoginsAreLockedUntilTheyComeBackAsTheyWere() throws Exception {
        Map<String, String> before = files();

        assertThat(suspend()).isEmpty();
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE);
        assertThat(read("etc/demo.example/shadow"))
                .isEqualTo(SHADOW.replace("info:$", "info:*LOCKED*$"));
        Map<String, String> suspended = files();
        assertThat(suspend()).isEmpty();
        assertThat(files()).as("suspended twice").isEqualTo(suspended);

        assertThat(unsuspend()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aSiteWithoutRulesHasNoneAfterwards() throws Exception {
        Files.delete(home.resolve("public_html/.htaccess"));
        Map<String, String> before = files();
        suspend();
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE);
        unsuspend();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void rulesThatNobodyCouldReadAsTextComeBackToo() throws Exception {
        Files.delete(home.resolve("public_html/.htaccess"));
        Path link = home.resolve("public_html/.htaccess");
        Files.createSymbolicLink(link, Path.of("/etc/shadow"));
        Files.setAttribute(link, "unix:uid", DEMO, LinkOption.NOFOLLOW_LINKS);
        Map<String, String> before = files();
        assertThat(suspend()).isEmpty();
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(link).hasContent(RULE);
        unsuspend();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void anAccountCannotKeepItsSiteOpenByWhatItPutsThere() throws Exception {
        String rules = "RewriteEngine On\n" + RULE + "# end";
        own("public_html/.htaccess", rules, "rw-r--r--");
        own("public_html/.htaccess.suspend", "leftover\n", "rw-r--r--");
        own("etc/demo.example/shadow.packhorse-suspended", "other:$6$x$y:1:\n", "rw-r--r--");

        suspend();
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE + rules);
        assertThat(read("etc/demo.example/shadow")).contains("info:*LOCKED*$6$");

        unsuspend();
        assertThat(read("public_html/.htaccess")).isEqualTo(rules);
        assertThat(read("public_html/.htaccess.suspend")).isEqualTo("leftover\n");
    }

    @Test
    void aKillBetweenAnyTwoStepsLosesNothing() throws Exception {
        Map<String, String> before = files();
        // The second names are there, the first ones are not yet of other files.
        Path rules = home.resolve("public_html/.htaccess");
        Path logins = home.resolve("etc/demo.example/shadow");
        Files.createLink(home.resolve("public_html/.htaccess.suspend"), rules);
        Files.createLink(home.resolve("etc/demo.example/shadow.packhorse-suspended"), logins);
        server.put("var/cpanel/suspended/demo", "why\n");

        assertThat(unsuspend()).isEmpty();
        assertThat(files()).as("never closed").isEqualTo(before);

        Files.createLink(home.resolve("public_html/.htaccess.suspend"), rules);
        Files.createLink(home.resolve("etc/demo.example/shadow.packhorse-suspended"), logins);
        server.put("var/cpanel/suspended/demo", "why\n");
        suspend();
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE);
        assertThat(read("etc/demo.example/shadow")).contains("info:*LOCKED*$6$");

        // One of the two is back already, and the mark is still there.
        Files.move(
                home.resolve("public_html/.htaccess.suspend"),
                rules,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(unsuspend()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void loginsThatCameMeanwhileAreOpenedAndThoseThatWentStayGone() throws Exception {
        suspend();
        String meanwhile =
                read("etc/demo.example/shadow")
                        .replaceFirst("nothing:.*\n", "new:\\$6\\$a\\$b:1:\n");
        own("etc/demo.example/shadow", meanwhile, "rw-r-----");
        suspend();
        assertThat(read("etc/demo.example/shadow")).contains("new:*LOCKED*$6$a$b");

        unsuspend();
        assertThat(read("etc/demo.example/shadow"))
                .isEqualTo(SHADOW.replaceFirst("nothing:.*\n", "new:\\$6\\$a\\$b:1:\n"));
        assertThat(home.resolve("etc/demo.example/shadow.packhorse-suspended")).doesNotExist();
    }

    @Test
    void whatCannotBeClosedIsToldAndTheRestIsClosed() throws Exception {
        Files.delete(home.resolve("public_html/.htaccess"));
        Files.createDirectories(home.resolve("public_html/.htaccess/x"));
        Files.delete(home.resolve("etc/demo.example/shadow"));
        Files.createSymbolicLink(home.resolve("etc/demo.example/shadow"), Path.of("/etc/shadow"));

        assertThat(suspend())
                .anySatisfy(each -> assertThat(each).startsWith("public_html/.htaccess: not"))
                .anySatisfy(each ->
                        assertThat(each).startsWith("mail logins of demo.example: not changed"))
                .hasSize(2);
        assertThat(account().suspended()).isTrue();
    }

    @Test
    void whatOthersChangeOfTheAccountMeanwhileStays() throws Exception {
        BackupSwitches switches =
                new BackupSwitches(server.services.root(), server.services.accounts());
        Account before = account();
        switches.set(before.name(), BackupSwitch.BACKUP, false);
        server.put(USERS, server.read(USERS) + "# the panel's\nDNS2=new.example\n");
        suspension.suspend(before, "why", false, true, NOW);
        assertThat(account().settings())
                .containsEntry("BACKUP", "0")
                .containsEntry("DNS2", "new.example")
                .containsEntry("SUSPENDED", "1")
                .containsEntry("SUSPENDTIME", Long.toString(NOW.getEpochSecond()));

        Account suspended = account();
        switches.set(before.name(), BackupSwitch.BACKUP, true);
        suspension.unsuspend(suspended);
        assertThat(account().settings())
                .containsEntry("BACKUP", "1")
                .doesNotContainKeys("SUSPENDED", "SUSPENDTIME");
        assertThat(server.read(USERS)).contains("# the panel's\nDNS2=new.example\n");
    }

    @Test
    void whoSuspendsOnAnOldViewOfTheAccountLosesNoPassword() throws Exception {
        server.put(
                "etc/shadow",
                server.read("etc/shadow")
                        .replaceFirst(
                                "demo:!", Matcher.quoteReplacement("demo:" + SmallServer.HASH)));
        Account before = account();
        suspension.suspend(before, "one", false, true, NOW);
        suspension.suspend(before, "two", false, true, NOW);
        assertThat(server.read("etc/shadow")).contains("demo:!" + SmallServer.HASH + ":");

        unsuspend();
        assertThat(server.read("etc/shadow")).contains("demo:" + SmallServer.HASH + ":");
    }

    @Test
    void oneSuspensionWaitsForTheOther() throws Exception {
        Thread other =
                Thread.ofPlatform()
                        .daemon()
                        .unstarted(() -> {
                            try {
                                suspend();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        suspension.alone(
                new AccountName("demo"),
                () -> {
                    other.start();
                    Eventually.holds(
                            "it waits or is done",
                            () ->
                                    other.getState() == Thread.State.WAITING
                                            || other.getState() == Thread.State.TERMINATED);
                    assertThat(account().suspended()).isFalse();
                    return true;
                });
        other.join();
        assertThat(account().suspended()).isTrue();
    }

    @Test
    void aRestoredHomeIsOpenUnlessItsAccountIsSuspended() throws Exception {
        Map<String, String> before = files();
        suspend();
        Map<String, String> packed = files();
        // A home packed while suspended, into an account that is not.
        server.restore("Unsuspend", true);
        assertThat(files()).isEqualTo(before);

        // Into one that is.
        assertThat(server.restore("Suspend", false).skipped()).isEmpty();
        assertThat(files().keySet()).isEqualTo(packed.keySet());
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE);
        unsuspend();
        assertThat(files()).isEqualTo(before);

        // An archive of a suspended account, into a new one.
        server.members.put("suspended/demo", "bill\n");
        server.restore("Suspend", false);
        Map<String, String> closed = files();
        server.restore("Unsuspend", false);
        assertThat(files()).as("it comes back suspended").isEqualTo(closed);
        assertThat(read("public_html/.htaccess")).isEqualTo(RULE);
        assertThat(read("etc/demo.example/shadow")).contains("info:*LOCKED*$6$");
    }
}
