package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Single things of an account come back by themselves. Needs root, for files of other users.
class RestorePartTest {
    private static final String INFO = "mail/alice.example/info";

    @TempDir static Path folder;

    private static RestoreServer server;
    private static Path home;
    private static List<String> site;

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = RestoreServer.demo(folder);
        home = server.root.resolve("/home/alice");
        Path first = home.resolve("public_html/one.txt");
        Files.writeString(first, "one\n");
        Files.createLink(home.resolve("public_html/two.txt"), first);
        Files.createDirectory(home.resolve("zz"));
        Files.createLink(home.resolve("zz/three.txt"), first);
        Files.createLink(home.resolve("zz/four.txt"), first);
        own(first, home.resolve("zz"));
        site = TreeDigest.lines(home.resolve("public_html"));
        server.backUp("alice");
    }

    private static void own(Path... paths) throws IOException {
        int uid = server.services.accounts().find(new AccountName("alice")).orElseThrow().uid();
        for (Path path : paths) {
            Files.setAttribute(path, "unix:uid", uid);
            Files.setAttribute(path, "unix:gid", uid);
        }
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static RestoreArguments part(String part, String into, boolean merge) {
        return RestoreServer.whole("alice")
                .within(new RestoreScope(false, Map.of(), List.of(part), into, merge));
    }

    private static Set<String> changed(List<String> before, List<String> after) {
        Set<String> lines = new HashSet<>(after);
        before.forEach(lines::remove);
        Set<String> names = new HashSet<>();
        lines.forEach(line -> names.add(line.split(" ", 2)[0]));
        return names;
    }

    @Test
    void aFolderComesBackAndNothingElseIsTouched() throws Exception {
        List<String> before = server.census();
        Path blog = home.resolve("public_html/blog");
        remove(blog);
        Files.writeString(home.resolve("public_html/one.txt"), "changed\n");
        List<String> changed = server.census();

        RestoreResult done = server.restore(part("path:public_html/blog", "", false));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(done.modules()).containsExactly(Map.entry("Homedir", "done"));
        assertThat(changed(changed, server.census()))
                .isNotEmpty()
                .allMatch(path -> path.startsWith("home/alice/public_html"));
        assertThat(home.resolve("public_html/one.txt")).hasContent("changed");
        server.restore(RestoreServer.whole("alice"));
        assertThat(RestoreServer.differences(before, server.census()))
                .filteredOn(line -> line.substring(1).startsWith("home/alice/"))
                .isEmpty();
    }

    @Test
    void oneFileCostsLittleOfTheArchive() throws Exception {
        Path file = home.resolve("public_html/one.txt");
        Files.delete(file);

        assertThat(server.restore(part("path:public_html/one.txt", "", false)).result())
                .isEqualTo(1);

        assertThat(file).hasContent("one");
        String line =
                server.lastLog().lines().filter(each -> each.contains("Read ")).findFirst().get();
        String[] words = line.substring(line.indexOf("Read ")).split(" ", -1);
        assertThat(Long.parseLong(words[1])).isLessThan(Long.parseLong(words[3]) / 2);
    }

    @Test
    void aPartGoesIntoAnotherFolder() throws Exception {
        List<String> before = server.census();

        RestoreResult done = server.restore(part("path:public_html/blog", "old/sites", false));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(names(home.resolve("old/sites/blog")))
                .isEqualTo(names(home.resolve("public_html/blog")));
        assertThat(changed(before, server.census()))
                .allMatch(path -> path.matches("home/alice(/old.*)?"));
        remove(home.resolve("old"));
    }

    @Test
    void aFolderIsTakenAsATarArchive() throws Exception {
        assertThat(untarred("homedir/public_html", "public_html")).isEqualTo(WholeSeconds.of(site));
    }

    /// Its file may be a name elsewhere, which a tar archive of this folder alone cannot make.
    @Test
    void furtherNamesOfFilesElsewhereAreToldAndLeftOut() throws Exception {
        List<String> leftOut = new ArrayList<>();
        Path tar = tarOf("homedir/zz", leftOut);

        assertThat(run("tar", "-tf", tar.toString()).lines())
                .filteredOn(name -> !name.endsWith("/"))
                .hasSize(2 - leftOut.size());
        assertThat(tarOf("homedir/public_html/one.txt", leftOut)).isNotEmptyFile();
        assertThatThrownBy(() -> tarOf("homedir/none", leftOut))
                .hasMessageContaining("homedir/none: not in the archive");
    }

    private static List<String> untarred(String path, String name) throws Exception {
        List<String> leftOut = new ArrayList<>();
        Path tar = tarOf(path, leftOut);
        Path into = Files.createTempDirectory(folder, "untarred");
        run(
                "tar",
                "--numeric-owner",
                "--delay-directory-restore",
                "-xpf",
                tar.toString(),
                "-C",
                into.toString());
        assertThat(leftOut).isEmpty();
        try (Stream<Path> all = Files.walk(into)) {
            Path top = all.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
            return WholeSeconds.of(TreeDigest.lines(top));
        }
    }

    private static Path tarOf(String path, List<String> leftOut) throws IOException {
        KeptArchives kept = KeptArchives.of(server.root);
        Path tar = Files.createTempFile(folder, "part", ".tar");
        KeptArchive archive = kept.find(new AccountName("alice"), RestoreServer.TODAY);
        try (OpenedArchive opened = OpenedArchive.open(kept, archive);
                OutputStream out = Files.newOutputStream(tar)) {
            opened.copyTar(BytePath.of(path), out, leftOut::add);
        }
        return tar;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aFurtherNameOfAFileThatIsNoPartComesAsAFile() throws Exception {
        server.restore(part("path:zz", "names", false));

        Path three = home.resolve("names/zz/three.txt");
        assertThat(three).hasContent("one");
        assertThat(Files.isSameFile(three, home.resolve("names/zz/four.txt"))).isTrue();
        assertThat(Files.isSameFile(three, home.resolve("public_html/one.txt"))).isFalse();
        remove(home.resolve("names"));
    }

    @Test
    void missingMessagesComeBackAndThoseThatAreThereStay() throws Exception {
        Path cur = home.resolve(INFO + "/cur");
        List<String> all = messages();
        Path read = cur.resolve(all.getFirst());
        Path marked = cur.resolve(all.getFirst().replaceAll(":2,.*", "") + ":2,FRS");
        Files.move(read, marked);
        Path lost = cur.resolve(all.getLast());
        Files.delete(lost);
        Path own = Files.writeString(cur.resolve("1800000000.M1P1.host:2,"), "new one\n");
        own(own);

        RestoreResult done = server.restore(part("mailbox:info@alice.example", "", true));

        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        assertThat(lost).exists();
        assertThat(marked).exists();
        assertThat(read).doesNotExist();
        assertThat(own).hasContent("new one");
        assertThat(messages()).hasSize(all.size() + 1);
        Files.delete(own);
        Files.move(marked, read);
    }

    private static List<String> messages() throws IOException {
        return names(home.resolve(INFO + "/cur")).stream().filter(each -> !each.isEmpty()).toList();
    }

    @Test
    void theCrontabAndOneZoneComeBack() throws Exception {
        HostFiles files = new HostFiles(server.root);
        String cron = files.readText("/var/spool/cron/alice").orElseThrow();
        String zone = files.readText("/var/named/alice.example.db").orElseThrow();
        files.remove("/var/spool/cron/alice");
        files.remove("/var/named/alice.example.db");
        files.remove("/var/named/alices-shop.example.db");

        assertThat(server.restore(part("crontab:", "", false)).result()).isEqualTo(1);
        RestoreResult done = server.restore(part("zone:alice.example", "", false));

        assertThat(done.modules()).containsKeys("ZoneFile", "PublishZones").hasSize(2);
        assertThat(files.readText("/var/spool/cron/alice")).contains(cron);
        assertThat(files.readText("/var/named/alice.example.db")).contains(zone);
        assertThat(files.stat("/var/named/alices-shop.example.db")).isEmpty();
        server.restore(part("zone:alices-shop.example", "", false));
        assertThat(files.stat("/var/named/alices-shop.example.db")).isPresent();
    }

    @Test
    void aPartIsPlannedLikeAll() throws Exception {
        Files.delete(home.resolve("public_html/one.txt"));
        List<String> before = server.census();

        PlannedRestore plan = server.plan(part("path:public_html/one.txt", "", false));

        assertThat(RestoreServer.differences(before, server.census())).isEmpty();
        assertThat(plan.modules()).hasSize(1);
        assertThat(plan.modules().getFirst().creates().first())
                .containsExactly("homedir/public_html/one.txt");
        server.restore(part("path:public_html/one.txt", "", false));
    }

    @Test
    void anArchiveOfUnknownOriginGivesPartsToo() throws Exception {
        String copy = server.copyOf("alice");
        Files.delete(home.resolve("public_html/one.txt"));
        RestoreArguments brought =
                RestoreServer.brought("alice", copy)
                        .within(part("path:public_html/one.txt", "", false).scope());

        assertThat(server.restore(brought).modules()).containsOnlyKeys("Homedir");

        assertThat(home.resolve("public_html/one.txt")).hasContent("one");
        new HostFiles(server.root).remove(copy);
    }

    /// A customer may put a link where a folder was; root's restore must not follow it.
    @Test
    void aLinkInTheWayIsNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(server.root.resolve("/etc/elsewhere"));
        Files.createSymbolicLink(home.resolve("trap"), elsewhere);

        RestoreResult done = server.restore(part("path:public_html/blog", "trap", false));

        assertThat(names(elsewhere)).containsExactly("");
        assertThat(done.dangerous()).isNotEmpty();
        Files.delete(home.resolve("trap"));
        Files.delete(elsewhere);
    }

    @ParameterizedTest
    @CsvSource({
        "path:no/such,homedir/no/such: not in the archive",
        "database:alice_none,database alice_none: not in the archive",
        "zone:none.example,zone none.example: not in the archive"
    })
    void whatTheArchiveDoesNotHoldIsSaid(String part, String message) throws Exception {
        RestoreResult done = server.restore(part(part, "", false));

        assertThat(done.result()).isZero();
        assertThat(done.message()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "path:../x",
                "path:/etc/passwd",
                "path:a//b",
                "path:",
                "mailbox:info",
                "mailbox:../x@alice.example",
                "mailbox:a@../b",
                "database:../x",
                "database:",
                "zone:../named",
                "everything"
            })
    void whatIsNoPartIsRefused(String text) {
        assertThatThrownBy(() -> RestorePart.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void beforeSomethingIsReplacedASafetyCopyIsTakenFromWhichItComesBack() throws Exception {
        AccountName alice = new AccountName("alice");
        Path page = home.resolve("public_html/one.txt");
        // Once, so that all has the owners and modes that restores give.
        server.restore(RestoreServer.whole("alice"));
        Files.writeString(page, "the newest work\n");
        new HostFiles(server.root)
                .replaceContent(
                        "/var/spool/cron/alice",
                        "# newest\n".getBytes(StandardCharsets.UTF_8),
                        FileRights.ofRoot(0600));
        assertThat(server.safety.names(alice)).isNotNull();
        server.forgetSafetyCopies();
        List<String> before = server.census();

        assertThat(server.restore(RestoreServer.whole("alice")).result()).isNotZero();
        assertThat(page).hasContent("one");

        String copy = server.safety.names(alice).getFirst();
        RestoreResult back = server.restore(RestoreServer.safetyCopy("alice", copy));
        assertThat(back.result()).as(back.toString()).isNotZero();
        assertThat(page).hasContent("the newest work");
        assertThat(RestoreServer.differences(withoutTimes(before), withoutTimes(server.census())))
                .isEmpty();
        server.restore(RestoreServer.whole("alice"));
    }

    /// Files of root's are written anew, with the same content.
    private static List<String> withoutTimes(List<String> census) {
        return census.stream()
                .filter(line -> !line.matches("(backup|var/cpanel/packhorse|etc/\\.pwd).*"))
                .map(line -> {
                    String[] fields = line.split(" ", -1);
                    fields[4] = "-";
                    return String.join(" ", fields);
                })
                .toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(each -> folder.relativize(each).toString()).sorted().toList();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                assertThat(Files.exists(each, LinkOption.NOFOLLOW_LINKS)).isTrue();
                Files.delete(each);
            }
        }
    }
}
