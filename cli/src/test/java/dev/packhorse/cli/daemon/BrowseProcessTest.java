package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.job.KeptArchive;
import dev.packhorse.engine.job.KeptArchives;
import dev.packhorse.engine.job.ListedEntry;
import dev.packhorse.engine.job.OpenedArchive;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Identity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `packhorse ls`, `cat` and `index` as processes, on an account that the daemon backed up.
class BrowseProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path work;

    private Path server = Path.of("");
    private String date = "";
    private Path archive = Path.of("");

    private record Ended(int code, ByteString out, String err) {
        String text() {
            return new String(out.toBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void oneAccountIsListedReadAndIndexedAnew() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "only root may look into archives");
        server = work.resolve("server");
        DemoServer.write(server, 50);
        backUp("alice");

        assertThat(packhorse("ls", "alice").text()).contains(date, "alice.tar.gz");
        assertListedAsTarDoes();
        assertThat(everyFileThatDiffers()).isEmpty();
        assertOneFile();
        assertRefusals();
        assertTheSameAtTheDestination();
        assertIndexIsMadeAnew();
    }

    private void backUp(String account) throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start(work, "128m")) {
            daemon.call(
                    "backup_destination_add",
                    new Parameters()
                            .add("name", "Far Disk")
                            .add("type", "Local")
                            .add("path", "/far"));
            JsonNode started =
                    daemon.call("packhorse_backup_start", new Parameters().add("user", account));
            JsonNode ended = daemon.awaitEnd(started.path("job").asString(""), LIMIT);
            assertThat(ended.path("state").asString("")).as("%s", ended).isEqualTo("succeeded");
            String key = ended.path("result").path("archive").asString("");
            date = key.substring(0, 10);
            archive = server.resolve("backup").resolve(key);
            DaemonUnderTest.await(LIMIT, () -> uploaded(daemon));
            assertThat(daemon.stop()).isZero();
        }
    }

    private static boolean uploaded(DaemonUnderTest daemon) {
        try {
            return daemon.call("backup_list_transported", new Parameters())
                    .path("remote_backups")
                    .iterator()
                    .hasNext();
        } catch (Exception e) {
            throw new IllegalStateException("the daemon does not answer", e);
        }
    }

    private void assertListedAsTarDoes() throws Exception {
        Process tar =
                new ProcessBuilder("tar", "--quoting-style=literal", "-tf", archive.toString())
                        .start();
        List<String> told =
                new String(tar.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList();
        assertThat(tar.waitFor()).isZero();
        Ended listed = packhorse("ls", "alice", date, "--recursive", "--json");
        assertThat(listed.code()).as(listed.err()).isZero();
        List<String> paths = new ArrayList<>();
        for (String line : listed.text().lines().toList()) {
            JsonNode entry = JsonMapper.shared().readTree(line);
            boolean folder = entry.path("kind").asString("").equals("folder");
            paths.add("alice/" + entry.path("path").asString("") + (folder ? "/" : ""));
        }
        assertThat(paths).hasSize(told.size() - 1).doesNotHaveDuplicates();
        // Names that are not plain text are shown in other ways by the two.
        assertThat(paths)
                .containsAll(told.stream().skip(1).filter(BrowseProcessTest::isPlain).toList());
    }

    private static boolean isPlain(String name) {
        return name.chars().allMatch(each -> each >= ' ' && each < 127 && each != '%');
    }

    private List<String> everyFileThatDiffers() throws IOException {
        KeptArchives kept = KeptArchives.of(new HostRoot(server));
        KeptArchive point = kept.find(new AccountName("alice"), date);
        List<ListedEntry> files = new ArrayList<>();
        List<String> different = new ArrayList<>();
        try (OpenedArchive opened = OpenedArchive.open(kept, point)) {
            opened.list(Optional.empty(), true, files::add);
            files.removeIf(each -> each.kind() != EntryKind.FILE);
            int compared = 0;
            for (ListedEntry each : files) {
                String path = each.path().toString();
                Path home = server.resolve("home/alice");
                if (path.startsWith("homedir/") && isPlain(path)) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    opened.copy(each.path(), out);
                    compared++;
                    byte[] there = Files.readAllBytes(home.resolve(path.substring(8)));
                    if (!java.util.Arrays.equals(there, out.toByteArray())) {
                        different.add(path);
                    }
                }
            }
            assertThat(compared).isGreaterThan(20);
        }
        return different;
    }

    private Path anyFile() throws IOException {
        Path site = server.resolve("home/alice/public_html");
        try (Stream<Path> found = Files.walk(site)) {
            return found.filter(Files::isRegularFile)
                    .filter(each -> isPlain(each.toString()))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private String inArchive(Path file) {
        return "homedir/" + server.resolve("home/alice").relativize(file);
    }

    private void assertOneFile() throws Exception {
        Path file = anyFile();
        Ended ended = packhorse("cat", "alice", date, inArchive(file));
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out().toBytes()).isEqualTo(Files.readAllBytes(file));
        Ended tar = packhorse("cat", "alice", date, "homedir/public_html", "--tar");
        assertThat(tar.code()).as(tar.err()).isZero();
        Path part = Files.write(work.resolve("part.tar"), tar.out().toBytes());
        Process list = new ProcessBuilder("tar", "-tf", part.toString()).start();
        String names = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).isZero();
        assertThat(names).contains("homedir/public_html/");
    }

    private void assertTheSameAtTheDestination() throws Exception {
        String from = "--from=far disk";
        assertThat(packhorse("ls", "alice", from).out()).isEqualTo(packhorse("ls", "alice").out());
        String[] all = {"ls", "alice", date, "--recursive", "--json", from};
        Ended there = packhorse(all);
        assertThat(there.code()).as(there.err()).isZero();
        assertThat(there.out())
                .isEqualTo(packhorse("ls", "alice", date, "--recursive", "--json").out());
        Path file = anyFile();
        Ended read = packhorse("cat", "alice", date, inArchive(file), from);
        assertThat(read.code()).as(read.err()).isZero();
        assertThat(read.out().toBytes()).isEqualTo(Files.readAllBytes(file));

        assertRefused("no destination “nope”, only: Far Disk", "ls", "alice", "--from=nope");
        assertRefused("no restore point of zoe at this destination", "ls", "zoe", from);
        assertRefused(
                "no restore point of alice on “1999-01-01”", "ls", "alice", "1999-01-01", from);
        Path index = server.resolve("far").resolve(date).resolve("accounts/.packhorse/alice.index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);
        assertRefused("is not the index that the manifest names", all);
        Files.delete(index);
        assertRefused("has no index at this destination", all);
        try (var left = Files.list(work.resolve("state"))) {
            assertThat(left.filter(each -> each.toString().contains("fetched"))).isEmpty();
        }
    }

    private void assertRefusals() throws Exception {
        assertRefused("no restore point of zoe", "ls", "zoe");
        assertRefused("the newest is " + date, "ls", "alice", "1999-01-01");
        assertRefused("nowhere: not in the archive", "ls", "alice", date, "nowhere");
        assertRefused("nowhere: not in the archive", "cat", "alice", date, "nowhere");
        assertRefused("is not a file but a folder", "cat", "alice", date, "homedir");
    }

    private void assertRefused(String message, String... arguments) throws Exception {
        Ended ended = packhorse(arguments);
        assertThat(ended.err()).contains(message);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out().toBytes()).isEmpty();
    }

    private void assertIndexIsMadeAnew() throws Exception {
        Path index = archive.resolveSibling(".packhorse").resolve("alice.index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);
        assertRefused("is not the index that the manifest names", "ls", "alice", date);
        Files.delete(index);
        assertRefused("make one with: packhorse index alice " + date, "ls", "alice", date);
        Ended made = packhorse("index", "alice", date);
        assertThat(made.code()).as(made.err()).isZero();
        assertListedAsTarDoes();
        assertThat(everyFileThatDiffers()).isEmpty();
    }

    private Ended packhorse(String... arguments) throws Exception {
        List<String> command = CommandLine.of(List.of(arguments));
        command.addAll(
                List.of("--set=host.root=" + server, "--set=state=" + work.resolve("state")));
        Path err = work.resolve("err");
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        ByteString out = ByteString.of(process.getInputStream().readAllBytes());
        return new Ended(process.waitFor(), out, Files.readString(err));
    }
}
