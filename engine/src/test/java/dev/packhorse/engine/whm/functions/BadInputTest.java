package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bad input is refused by name, and nothing changes: no job, no session, no file.
class BadInputTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        server.rootFile("home/cpmove-alice.tar.gz", "archive");
        server.rootFile("home/odd.name", "archive");
    }

    private static Arguments row(String names, String function, String... arguments) {
        return Arguments.of(names, function, arguments);
    }

    static Stream<Arguments> bad() {
        String add = "restore_queue_add_task";
        String start = "start_local_cpmove_restore";
        String dest = "backup_destination_add";
        return Stream.of(
                row("“nobodyhere”", add, "user=nobodyhere", "restore_point=2026-11-20"),
                row("“../../root”", add, "user=../../root", "restore_point=2026-11-20"),
                row("“root”", add, "user=root", "restore_point=2026-11-20"),
                row("2026-02-30", add, "user=alice", "restore_point=2026-02-30"),
                row("restore_point", add, "user=alice", "restore_point=../"),
                row("restore_point", add, "user=alice", "restore_point="),
                row("2099-01-01", add, "user=alice", "restore_point=2099-01-01"),
                row("2026-11-21", add, "user=alice", "restore_point=2026-11-21"),
                row("“../x”", add, "user=alice", "restore_point=2026-11-20", "destid=../x"),
                row(
                        "A".repeat(24),
                        add,
                        "user=alice",
                        "restore_point=2026-11-20",
                        "destid=" + "A".repeat(24)),
                row(
                        "…”",
                        add,
                        "user=alice",
                        "restore_point=2026-11-20",
                        "destid=" + "B".repeat(8_000)),
                row(
                        "pending restore task for “alice”",
                        "restore_queue_clear_pending_task",
                        "user=alice"),
                row("“all”, “mail”", "restoreaccount", "user=alice", "type=daily"),
                row("“alice” exists", "restoreaccount", "user=alice", "type=daily", "all=1"),
                row("no monthly", "restoreaccount", "user=alice", "type=monthly", "mail=1"),
                row("“ghost”", "restoreaccount", "user=ghost", "type=daily", "all=1"),
                row("“Upper”", "verify_new_username_for_restore", "user=Upper"),
                row("“root”", "verify_new_username_for_restore", "user=root"),
                row("account named “alice”", "verify_new_username_for_restore", "user=alice"),
                row("user named “ftp”", "verify_new_username_for_restore", "user=ftp"),
                row("group named “wheelers”", "verify_new_username_for_restore", "user=wheelers"),
                row("backupdays", "backup_config_set", "backupdays=0,9"),
                row("min_free_space", "backup_config_set", "min_free_space=200"),
                row("backupdir", "backup_config_set", "backupdir=/etc/x"),
                row("backupdir", "backup_config_set", "backupdir=relative"),
                row(
                        "backupsuspendedaccounts",
                        "backup_config_set",
                        "backupsuspendedaccts=1",
                        "backupsuspendedaccounts=0"),
                row("“username”", dest, "name=x", "type=SFTP", "host=h"),
                row("“client_id”", dest, "name=x", "type=GoogleDrive"),
                row("“Carrier”", dest, "name=x", "type=Carrier"),
                row("“path”", dest, "name=x", "type=Local"),
                row("path", dest, "name=x", "type=Local", "path=/"),
                row("path", dest, "name=x", "type=Local", "path=/home/alice/b"),
                row("name", dest, "name=a/b", "type=Local", "path=/backup2"),
                row("“nothere”", "backup_destination_get", "id=nothere"),
                row("“nothere”", "backup_destination_set", "id=nothere"),
                row("“nothere”", "backup_destination_delete", "id=nothere"),
                row("“nothere”", "backup_destination_validate", "id=nothere"),
                row("“local”", "backup_destination_get", "id=local"),
                row("“ghost”", "start_background_pkgacct", "user=ghost"),
                row("mysqlver", "start_background_pkgacct", "user=alice", "mysqlver=new"),
                row(
                        "compressionsetting",
                        "start_background_pkgacct",
                        "user=alice",
                        "compressionsetting=bz"),
                row("tarroot", "start_background_pkgacct", "user=alice", "tarroot=/none"),
                row("tarroot", "start_background_pkgacct", "user=alice", "tarroot=x/../y"),
                row("cpmovepath", start, "cpmovepath=/proc/self/environ"),
                row("cpmovepath", start, "cpmovepath=/dev/zero"),
                row("cpmovepath", start, "cpmovepath=cpmove-alice.tar.gz"),
                row("cpmovepath", start, "cpmovepath=https://host.example/a.tar.gz"),
                row("cpmovepath", start, "cpmovepath=/home/../etc/passwd"),
                row("cpmovepath", start, "cpmovepath=/etc/passwd"),
                row("/home/none.tar", start, "cpmovepath=/home/none.tar"),
                row("username", start, "cpmovepath=/home/odd.name"),
                row("“alice” exists", start, "cpmovepath=/home/cpmove-alice.tar.gz"),
                row(
                        "mail_location",
                        start,
                        "cpmovepath=/home/cpmove-alice.tar.gz",
                        "overwrite=1",
                        "mail_location=node2"),
                row("“..”", "get_transfer_session_state", "transfer_session_id=.."),
                row(
                        "%2e",
                        "fetch_transfer_session_log", "transfer_session_id=%2e%2e%2f", "logfile=x"),
                row("“/etc”", "get_pkgacct_session_state", "session_id=/etc"),
                row("…”", "fetch_pkgacct_master_log", "session_id=" + "s".repeat(300)),
                row("“none”", "packhorse_session_log", "session_id=none"),
                row("“ghost”", "accountsummary", "user=ghost"),
                row("“ghost.example”", "accountsummary", "domain=ghost.example"),
                row("“user” or the “domain”", "accountsummary"),
                row("search", "listaccts", "search=(", "searchtype=user"),
                row("“nojob”", "packhorse_job_cancel", "id=nojob"),
                row("“AAAAAAAAAAAAAAA”", "packhorse_job_retry", "id=AAAAAAAAAAAAAAA"),
                row("“AAAAAAAAAAAAAAA”", "packhorse_job_remove", "id=AAAAAAAAAAAAAAA"),
                row("“user” or the “all”", "packhorse_backup_start"),
                row("“ghost”", "packhorse_backup_start", "user=alice", "user=ghost"),
                row("“hourly”", "packhorse_run_now", "tier=hourly"),
                row("“ghost”", "packhorse_restore_point_list", "user=ghost"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefusedByNameAndChangesNothing(String names, String function, String[] arguments)
            throws IOException {
        SortedMap<String, String> before = files();
        assertThatThrownBy(() -> server.call(function, arguments))
                .as("%s %s", function, Arrays.toString(arguments))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining(names)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
        assertThat(server.queue.list(JobFilter.of(Set.of(), Set.of()))).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    private SortedMap<String, String> files() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void archivesThatOthersCouldHaveMadeAreRefused() throws Exception {
        server.folder("home/alice");
        server.rootFile("home/alice/cpmove-new.tar.gz", "x");
        Files.createSymbolicLink(
                root.resolve("home/link.tar.gz"), Path.of("/home/cpmove-alice.tar.gz"));
        Files.createSymbolicLink(root.resolve("home/way"), Path.of("/home/alice"));
        Files.createDirectory(root.resolve("home/cpmove-folder"));
        Files.setPosixFilePermissions(
                root.resolve("home/cpmove-folder"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Process fifo =
                new ProcessBuilder("mkfifo", root.resolve("home/pipe.tar").toString()).start();
        assertThat(fifo.waitFor()).isZero();
        Files.setPosixFilePermissions(
                root.resolve("home/odd.name"), PosixFilePermissions.fromString("rw-rw-rw-"));

        for (String name :
                List.of(
                        "link.tar.gz",
                        "way/cpmove-new.tar.gz",
                        "cpmove-folder",
                        "pipe.tar",
                        "odd.name")) {
            refused(name);
        }
        assumeTrue(isRoot(), "only root can give files away");
        Files.setAttribute(root.resolve("home/alice"), "unix:uid", 12_345);
        refused("alice/cpmove-new.tar.gz");
    }

    private void refused(String name) {
        assertThatThrownBy(() ->
                        server.call(
                                "start_local_cpmove_restore",
                                "cpmovepath=/home/" + name,
                                "username=new"))
                .as(name)
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("cpmovepath");
        assertThat(server.queue.list(JobFilter.of(Set.of(), Set.of()))).isEmpty();
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/shadow",
                "master.log\u0000.txt",
                "master.log/../../x",
                "session.json"
            })
    void logsOutsideTheSessionAreRefused(String name) throws Exception {
        server.call("restoreaccount", "user=alice", "type=daily", "mail=1");
        String session;
        try (Stream<Path> folders = Files.list(root.resolve("state/sessions/transfer"))) {
            session = folders.findFirst().orElseThrow().getFileName().toString();
        }
        assertThatThrownBy(() ->
                        server.call(
                                "fetch_transfer_session_log",
                                "transfer_session_id=" + session,
                                "logfile=" + name))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("has no log");
    }

    private void assertSearchRefused(String expression, String why) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () ->
                        assertThatThrownBy(() -> server.call("listaccts", "search=" + expression))
                                .as(expression)
                                .isInstanceOf(WhmException.class)
                                .hasMessageContaining("“search”")
                                .hasMessageContaining(why));
    }

    /// Each of them kept java.util.regex busy for ever, or takes more memory than there is.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((((){2000000000}){2000000000}){2000000000}){2000000000}){2000000000}",
                "((((a{1000}){1000}){1000}){1000}){1000}",
                "((((a{0,1000}){0,1000}){0,1000}){0,1000}){0,1000}",
                "((((a{1000,}){1000,}){1000,}){1000,}){1000,}",
                "(?:(?:(?:a{99}){99}){99}){99}",
                "\\Q{999}\\E{999}{999}"
            })
    void countsWithinCountsAreRefused(String expression) {
        assertSearchRefused(expression, "repetitions");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(a|a|aa)+\\1Z",
                "\\k<a>",
                "(?=a)",
                "(?!a)",
                "(?<!a)b",
                "(?>a)",
                "a{1001}",
                "(a",
                "a)",
                "[a",
                "a**",
                "a++",
                "*",
                "\\"
            })
    void whatIsNoExpressionOfRe2IsTold(String expression) {
        assertSearchRefused(expression, "no regular expression: ");
        assertSearchRefused(expression, "look-around and back-references are not taken");
    }

    /// Of these letters the matcher never comes to the last form.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)\u1c80",
                "(?i)\\x{1c80}",
                "(?s-i)(?im:[a-\uffff])",
                "(?i)[^\\x{0100}-\\x{FFFF}]"
            })
    void lettersWhoseFormsHaveNoEndAreRefused(String expression) {
        assertSearchRefused(expression, "ASCII only");
    }

    @Test
    void longExpressionsAreRefused() {
        assertSearchRefused("a".repeat(257), "at most 256 characters");
    }

    /// Alternatives of nothing, forty times, and then what never matches.
    @Test
    void searchesEndWhateverTheyBacktrackElsewhere() {
        for (int i = 0; i < 300; i++) {
            server.account("a".repeat(12) + i, "root");
        }
        for (String expression :
                List.of(
                        "(?:|)".repeat(40) + "[^\\x00-\\x{10FFFF}]",
                        "(a|a|aa)+Z",
                        "(a*)*(a*)*(a*)*(a*)*Z",
                        "(?:a?){30}a{30}Z")) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () ->
                            assertThat(
                                            server.data("listaccts", "search=" + expression)
                                                    .path("acct"))
                                    .as(expression)
                                    .isEmpty());
        }
        assertSearchRefused("(?:" + "a?b?".repeat(30) + "){300}Z", "takes too long");
    }
}
