package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How much of an archive is read for one thing of an account. Needs root, for files of other
/// users, and MariaDB.
class RestorePartBytesTest {
    private static final int LARGE = 12_000_000;
    private static final String BOX = "mail/alice.example/info/cur/";

    @TempDir static Path folder;

    private static RestoreServer server;
    private static MariadbServer mariadb;
    private static Path home;

    /// What one restore has read, and what there was.
    private record Read(long bytes, long ofBytes) {}

    @BeforeAll
    static void backUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        mariadb = MariadbServer.another();
        mariadb.run(
                "CREATE USER alice@localhost IDENTIFIED BY 'owner'",
                "CREATE DATABASE alice_small",
                "CREATE TABLE alice_small.t (a int)",
                "INSERT INTO alice_small.t VALUES (7)",
                "CREATE DATABASE alice_large",
                "CREATE TABLE alice_large.t (a text)",
                "INSERT INTO alice_large.t SELECT CONCAT(SHA2(seq, 512), SHA2(-seq, 512))"
                        + " FROM alice_large.seq_1_to_20000");
        server =
                RestoreServer.demo(
                        folder,
                        DemoServer.HOSTNAME,
                        Optional.of(mariadb.connect()),
                        Optional.empty());
        home = server.root.resolve("/home/alice");
        byte[] noise = new byte[LARGE];
        new Random(1).nextBytes(noise);
        own(Files.write(home.resolve("public_html/large.bin"), noise));
        own(Files.writeString(home.resolve("public_html/one.txt"), "one\n"));
        own(Files.writeString(home.resolve(BOX + "1700000001.M1P1.host:2,S"), "Subject: one\n\n"));
        server.backUp("alice");
    }

    private static void own(Path file) throws Exception {
        int uid = server.services.accounts().find(new AccountName("alice")).orElseThrow().uid();
        Files.setAttribute(file, "unix:uid", uid);
        Files.setAttribute(file, "unix:gid", uid);
    }

    @AfterAll
    static void close() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static Read restored(String part) throws Exception {
        RestoreResult done =
                server.restore(
                        RestoreServer.whole("alice")
                                .within(
                                        new RestoreScope(
                                                false, Map.of(), List.of(part), "", false)));
        assertThat(done.result()).as(done.toString()).isEqualTo(1);
        String line =
                server.lastLog().lines().filter(each -> each.contains("Read ")).findFirst().get();
        String[] words = line.substring(line.indexOf("Read ")).split(" ", -1);
        return new Read(Long.parseLong(words[1]), Long.parseLong(words[3]));
    }

    @Test
    void oneDatabaseIsReadAndTheOthersAreNot() throws Exception {
        mariadb.run("DROP DATABASE alice_small");

        Read small = restored("database:alice_small");

        assertThat(mariadb.rows("SELECT a FROM alice_small.t")).containsExactly("7");
        assertThat(small.ofBytes()).isGreaterThan(LARGE);
        assertThat(small.bytes()).isPositive().isLessThan(small.ofBytes() / 20);
        assertThat(restored("database:alice_large").bytes())
                .isGreaterThan(1_000_000)
                .isLessThan(small.ofBytes() / 2);
    }

    @ParameterizedTest
    @CsvSource({
        "path:public_html/one.txt, public_html/one.txt",
        "mailbox:info@alice.example, mail"
    })
    void onePathAndOneMailboxCostLittle(String part, String lost) throws Exception {
        Path file = home.resolve(lost.equals("mail") ? BOX + "1700000001.M1P1.host:2,S" : lost);
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);

        Read read = restored(part);

        assertThat(file).hasBinaryContent(content);
        assertThat(read.bytes()).isPositive().isLessThan(read.ofBytes() / 10);
    }
}
