package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.jdbc.PostgresServer;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.provision.AccountRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An account moves from one server to another one that has no account, another address, another
/// MariaDB, and, in one case, another name and another folder of homes for it. Everything that the
/// customer has is there and works: files, databases and their rows, passwords, zones,
/// certificates, crontab. Needs root, for files of other users.
class AnotherServerTest {
    private static final String OLD_ADDRESS = "192.0.2.10";
    private static final String NEW_ADDRESS = "203.0.113.9";
    private static final String MAIL_PASSWORD = "mail pass";

    /// Files of the home that hold the account's name, numbers or folder.
    private static final Pattern OF_LOGINS = Pattern.compile("etc/.*");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"alice, /home", "zoe, /home2"})
    void theCustomerFindsEverything(String name, String homes) throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        AccountDatabases old =
                new AccountDatabases(MariadbServer.shared(), PostgresServer.running());
        MariadbServer otherMariadb = MariadbServer.another();
        AccountDatabases fresh = new AccountDatabases(otherMariadb, PostgresServer.running());
        try (RestoreServer from =
                        RestoreServer.demo(
                                Files.createDirectory(folder.resolve("from")),
                                DemoServer.HOSTNAME,
                                Optional.of(MariadbServer.shared().connect()),
                                Optional.of(old.connectPostgres()));
                RestoreServer to =
                        RestoreServer.demo(
                                Files.createDirectory(folder.resolve("to")),
                                "other.packhorse.example",
                                Optional.of(otherMariadb.connect()),
                                Optional.of(fresh.connectPostgres()))) {
            empty(to);
            Files.createDirectories(to.root.resolve(homes));
            old.drop("alice");
            old.make("alice");
            setMailPassword(from);
            List<String> databases = old.facts("alice");
            List<String> home = home(from, "/home/alice");
            List<String> crontab = Files.readAllLines(crontab(from, "alice"));
            String archive = bring(from, to);
            remove(from, "alice");

            RestoreResult restored =
                    to.restore(
                            RestoreServer.vouched(name, archive)
                                    .under(
                                            new AccountName(name),
                                            new RestoredAs("alice", homes, false)
                                                    .of(new AccountName("alice"))));

            assertThat(restored.result()).as(restored.toString()).isNotZero();
            assertThat(restored.modules().values()).as("%s", restored).doesNotContain("failed");
            assertThat(RestoreServer.differences(home, home(to, homes + "/" + name)))
                    .as("the link into the logs of the old server is told")
                    .singleElement()
                    .asString()
                    .startsWith("-access-logs SYMLINK");
            assertThat(restored.skipped())
                    .filteredOn(each -> each.contains("homedir/"))
                    .singleElement()
                    .asString()
                    .contains("homedir/access-logs");
            assertThat(RestoreServer.differences(databases, fresh.facts(name))).isEmpty();
            assertThat(fresh.allLogIn(name)).as("users of databases").isTrue();
            assertThat(Files.readAllLines(crontab(to, name)))
                    .isEqualTo(
                            crontab.stream()
                                    .map(line -> line.replace("/home/alice", homes + "/" + name))
                                    .toList());
            assertPasswords(to, name, homes);
            assertZones(to);
            assertCertificates(to, homes + "/" + name);
        } finally {
            old.drop("alice");
            fresh.drop(name);
        }
    }

    /// A new server: what its installer leaves, at its own address.
    private static void empty(RestoreServer server) throws Exception {
        List<String> others = new ArrayList<>(DemoServer.ACCOUNTS);
        // a reseller goes after the accounts that it owns
        others.remove("bob");
        others.add("bob");
        for (String account : others) {
            remove(server, account);
        }
        Files.writeString(server.root.resolve("/var/cpanel/mainip"), NEW_ADDRESS + "\n");
    }

    private static void remove(RestoreServer server, String account) throws Exception {
        Account there = server.services.accounts().find(new AccountName(account)).orElseThrow();
        new AccountRemoval(server.services).remove(there, false);
    }

    /// The archive of the old server on the new one.
    private static String bring(RestoreServer from, RestoreServer to) throws Exception {
        new BackupConfigFile(from.root.resolve("/backup.conf"))
                .update(Map.of(ConfigKey.PSQLBACKUP, "1"));
        from.backUp("alice");
        String path = from.copyOf("alice");
        Files.copy(from.root.resolve(path), to.root.resolve(path));
        return path;
    }

    private static void setMailPassword(RestoreServer server) throws IOException {
        Path shadow = server.root.resolve("/home/alice/etc/alice.example/shadow");
        String hash = hash(MAIL_PASSWORD, "mule");
        Files.writeString(
                shadow,
                Files.readString(shadow)
                        .replaceAll(
                                "(?m)^info:[^:]*:",
                                "info:" + Matcher.quoteReplacement(hash) + ":"));
    }

    /// The home file by file, without numbers and without the files of logins.
    private static List<String> home(RestoreServer server, String home) throws IOException {
        List<String> lines = new ArrayList<>();
        TreeDigest.forEachLine(
                server.root.resolve(home),
                line -> {
                    if (!OF_LOGINS.matcher(line).matches()) {
                        String[] fields = line.split(" ", -1);
                        fields[3] = "-";
                        lines.add(String.join(" ", fields));
                    }
                });
        assertThat(lines).hasSizeGreaterThan(300);
        return lines;
    }

    private static Path crontab(RestoreServer server, String account) {
        return server.root.resolve(HostLayout.crontab(new AccountName(account)));
    }

    /// As the services check them: each hash is that of the password the customer knows.
    private static void assertPasswords(RestoreServer server, String name, String homes)
            throws IOException {
        assertThat(hashOf(server, "/etc/shadow", name)).isEqualTo(hash("alice-demo", "demoalice"));
        String ftp = "/etc/proftpd/" + name;
        for (String login : List.of(name, "dev@alice.example")) {
            assertThat(hashOf(server, ftp, login)).isEqualTo(hash("alice-demo", "demoalice"));
        }
        String mail = homes + "/" + name + "/etc/alice.example/";
        assertThat(hashOf(server, mail + "shadow", "info")).isEqualTo(hash(MAIL_PASSWORD, "mule"));
        List<String> box = fields(server, mail + "passwd", "info");
        assertThat(box.get(5)).isEqualTo(homes + "/" + name + "/mail/alice.example/info");
        assertThat(server.root.resolve(box.get(5) + "/cur")).isNotEmptyDirectory();
        Account account = server.services.accounts().find(new AccountName(name)).orElseThrow();
        assertThat(box.subList(2, 4))
                .containsExactly(Integer.toString(account.uid()), Integer.toString(account.gid()));
    }

    private static String hashOf(RestoreServer server, String file, String login)
            throws IOException {
        return fields(server, file, login).get(1);
    }

    private static List<String> fields(RestoreServer server, String file, String login)
            throws IOException {
        return Files.readAllLines(server.root.resolve(file)).stream()
                .map(line -> List.of(line.split(":", -1)))
                .filter(fields -> fields.getFirst().equals(login))
                .findFirst()
                .orElseThrow(() -> new AssertionError(login + " is not in " + file));
    }

    private static String hash(String password, String salt) throws IOException {
        return Shell.run(Path.of("/"), "openssl", "passwd", "-6", "-salt", salt, password).strip();
    }

    /// The name server takes each zone, and none leads to the old server.
    private static void assertZones(RestoreServer server) throws IOException {
        for (String domain :
                List.of("alice.example", "alices-shop.example", "alice-parked.example")) {
            Path zone = server.root.resolve("/var/named/" + domain + ".db");
            Shell.run(Path.of("/"), "named-checkzone", "-q", domain, zone.toString());
            assertThat(zone).content().contains(NEW_ADDRESS).doesNotContain(OLD_ADDRESS);
        }
    }

    /// The key of each certificate is the certificate's.
    private static void assertCertificates(RestoreServer server, String home) throws IOException {
        Path stored = server.root.resolve("/var/cpanel/ssl/apache_tls");
        List<Path> pairs = new ArrayList<>();
        try (Stream<Path> hosts = Files.list(stored)) {
            hosts.map(host -> host.resolve("combined")).filter(Files::exists).forEach(pairs::add);
        }
        assertThat(pairs).hasSize(2);
        for (Path pair : pairs) {
            assertPair(pair, pair);
        }
        assertPair(
                server.root.resolve(home + "/ssl/certs/alice_example.crt"),
                server.root.resolve(home + "/ssl/keys/alice_example.key"));
    }

    private static void assertPair(Path certificate, Path key) throws IOException {
        Path here = Path.of("/");
        assertThat(
                        Shell.run(
                                here,
                                "openssl",
                                "x509",
                                "-in",
                                certificate.toString(),
                                "-noout",
                                "-pubkey"))
                .isEqualTo(Shell.run(here, "openssl", "pkey", "-in", key.toString(), "-pubout"));
    }
}
