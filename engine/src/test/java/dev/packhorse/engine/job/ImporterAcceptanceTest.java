package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.MysqlComponent;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.job.DemoPlant.PkgacctChange;
import dev.packhorse.engine.mysql.MariadbServer;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Each public program that reads such archives leans on facts of its own. A method for each one
/// checks these facts in archives of the demonstration server, unpacked by the programs that the
/// importers call: `tar`, `file`, `openssl`. Needs root and MariaDB.
class ImporterAcceptanceTest {
    @TempDir static Path folder;

    private static final String USER = "alice";
    private static final String MAIN = "alice.example";
    private static final List<String> SUBS = List.of("blog.alice.example", "shop.alice.example");
    private static final String ADDON = "alices-shop.example";
    private static final String ADDON_SUB = "shop.alice.example";
    private static final String PARKED = "alice-parked.example";
    private static final String ADDRESS = "192.0.2.10";

    private static final Map<String, Path> ALL = new TreeMap<>();

    private static Path homes;
    private static Path cpmove;
    private static Path backup;
    private static Path reseller;
    private static Path mailless;

    @BeforeAll
    static void packAndUnpack() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        MariadbServer mariadb = MariadbServer.shared();
        mariadb.run(
                "CREATE DATABASE alice_accept CHARACTER SET utf8mb4",
                "CREATE TABLE alice_accept.t (a int)",
                "CREATE USER alice@localhost IDENTIFIED BY 'accept'",
                "CREATE USER alice_app@localhost IDENTIFIED BY 'accept too'",
                "GRANT ALL ON `alice\\_accept`.* TO alice@localhost",
                "GRANT SELECT, INSERT ON `alice\\_accept`.* TO alice_app@localhost");
        DemoPlant server =
                new DemoPlant(folder, Optional.of(mariadb.connect()), new MysqlComponent());
        homes = server.server.resolve("home");
        pack(server, USER, ArchiveNaming.USERBACKUP);
        // an account whose home has no mail
        Shell.run(homes, "rm", "-rf", "carol/mail");
        for (String account : DemoServer.ACCOUNTS) {
            pack(server, account, ArchiveNaming.CPMOVE);
            ALL.put(account, unpack("cpmove-" + account));
        }
        cpmove = of(USER);
        backup = unpack("backup-3.7.2026_09-05-06_alice");
        reseller = of("bob");
        mailless = of("carol");
    }

    private static void pack(DemoPlant server, String user, ArchiveNaming naming)
            throws IOException {
        server.run(DemoPlant.without(DemoPlant.usual(user), PkgacctChange.named(naming)));
    }

    /// The folder that an importer computes from the file's name.
    private static Path unpack(String stem) throws IOException {
        Path target = Files.createDirectory(folder.resolve("unpacked-" + stem));
        Shell.run(target, "tar", "xzf", homes.resolve(stem + ".tar.gz").toString());
        try (Stream<Path> top = Files.list(target)) {
            assertThat(top).containsExactly(target.resolve(stem));
        }
        return target.resolve(stem);
    }

    private static Path of(String account) {
        return ALL.getOrDefault(account, folder.resolve("was not packed"));
    }

    private static String text(String member) throws IOException {
        return text(cpmove, member);
    }

    private static String text(Path archive, String member) throws IOException {
        return Files.readString(archive.resolve(member), StandardCharsets.UTF_8);
    }

    private static List<String> lines(String member) throws IOException {
        return lines(cpmove, member);
    }

    private static List<String> lines(Path archive, String member) throws IOException {
        return text(archive, member).lines().toList();
    }

    private static List<String> names(String member) throws IOException {
        return names(cpmove, member);
    }

    private static List<String> names(Path archive, String member) throws IOException {
        try (Stream<Path> files = Files.list(archive.resolve(member))) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static String setting(String key) throws IOException {
        return setting(cpmove, USER, key);
    }

    /// What a line-based importer takes for a value: the rest behind the first match.
    private static String setting(Path archive, String user, String key) throws IOException {
        return lines(archive, "cp/" + user).stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + key + " in cp/" + user));
    }

    private static String yaml(String member, String key) throws IOException {
        return yaml(cpmove, member, key);
    }

    private static String yaml(Path archive, String member, String key) throws IOException {
        return lines(archive, member).stream()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + key + " in " + member));
    }

    private static List<String> yamlItems(String member, String key) throws IOException {
        return lines(member).stream()
                .dropWhile(line -> !line.equals(key + ":"))
                .skip(1)
                .takeWhile(line -> line.startsWith("  - "))
                .map(line -> line.substring(4))
                .toList();
    }

    @Test
    void virtualminTakesItsDomainsFromTheNamesOfTheFilters() throws Exception {
        assertThat(cpmove.resolve("homedir")).isDirectory();
        assertThat(Files.isReadable(cpmove.resolve("vf").resolve(MAIN))).isTrue();
        assertThat(names("vf"))
                .containsExactlyInAnyOrder(MAIN, SUBS.get(0), SUBS.get(1), ADDON, PARKED);
        assertThat(lines("addons")).containsExactly(ADDON + "=shop_alice.example");
        assertThat(lines("pds")).containsExactly(PARKED);
        assertThat(setting("DNS")).isEqualTo(MAIN);
        assertThat(text("quota").strip()).matches("[0-9]{1,6}");
        assertThat(lines("vad/" + PARKED)).containsExactly(PARKED + ": " + MAIN);
        Pattern usage =
                Pattern.compile(
                        "GRANT USAGE ON \\*\\.\\* TO '(\\S+)'@'(\\S+)' IDENTIFIED BY PASSWORD '(\\S+)';");
        assertThat(lines("mysql.sql").stream().filter(line -> usage.matcher(line).matches()))
                .hasSize(2);
        assertThat(names("mysql")).contains("alice_accept.sql").allMatch(n -> n.startsWith(USER));
        assertThat(cpmove.resolve("sslcerts/www." + MAIN + ".crt")).isRegularFile();
        assertThat(cpmove.resolve("sslkeys/www." + MAIN + ".key")).isRegularFile();
        // zones are read from a folder that begins with this word only
        assertThat(backup.getFileName().toString()).startsWith("backup");
        assertThat(backup.resolve("dnszones/" + MAIN + ".db")).isRegularFile();
    }

    @Test
    void hestiaReadsUserdataAndWalksTheFolders() throws Exception {
        assertThat(yaml("userdata/main", "main_domain")).isEqualTo(MAIN);
        for (String line : lines("sds2")) {
            String[] pair = line.split("=", -1);
            String domain = pair[0].replaceFirst("_", ".");
            assertThat(SUBS).contains(domain);
            assertThat(cpmove.resolve("userdata/" + domain)).isRegularFile();
            assertThat(cpmove.resolve("homedir/" + pair[1])).isDirectory();
        }
        assertThat(lines("sds2")).hasSize(SUBS.size());
        for (String visited : List.of("cron", "dnszones", "homedir/mail", "mysql", "apache_tls")) {
            assertThat(cpmove.resolve(visited)).isDirectory();
            assertThat(mailless.resolve(visited)).isDirectory();
        }
        assertThat(text("meta/dbprefix").strip()).isEqualTo("0");
        assertThat(yaml("userdata/" + MAIN, "phpversion")).matches("ea-php[0-9]{2}");
        assertThat(setting("CONTACTEMAIL")).contains("@");
        List<String> heads =
                lines("mysql/alice_accept.create").stream()
                        .filter(line -> line.contains("Database:"))
                        .toList();
        assertThat(heads.getFirst().split(" +", -1)[4]).isEqualTo("alice_accept");
        assertThat(lines("mysql.sql").stream().filter(line -> line.startsWith("--")))
                .noneMatch(line -> line.contains("GRANT"));
        assertThat(text("apache_tls/" + MAIN).split("-----BEGIN CERTIFICATE-----", -1))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(text("shadow").strip()).matches("\\$6\\$[^:]+");
    }

    @Test
    void vestaWantsGzipFromUnix() throws Exception {
        for (String name : List.of("cpmove-alice", "backup-3.7.2026_09-05-06_alice")) {
            String told = Shell.run(homes, "file", "-b", name + ".tar.gz");
            assertThat(told).startsWith("gzip compressed data").contains("from Unix");
            try (InputStream file = Files.newInputStream(homes.resolve(name + ".tar.gz"))) {
                assertThat(file.readNBytes(10)[9]).isEqualTo((byte) 3);
            }
        }
    }

    @Test
    void cyberPanelReadsTheSummaryAndSplitsZonesAtTabs() throws Exception {
        JsonNode cache = JsonMapper.shared().readTree(text("userdata/cache.json"));
        Map<String, String> kinds = new TreeMap<>();
        cache.properties()
                .forEach(each -> kinds.put(each.getKey(), each.getValue().path(2).asString()));
        assertThat(kinds)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                MAIN,
                                "main",
                                SUBS.get(0),
                                "sub",
                                SUBS.get(1),
                                "sub",
                                ADDON,
                                "addon",
                                PARKED,
                                "parked"));
        for (var each : cache.properties()) {
            JsonNode row = each.getValue();
            assertThat(row.path(0).asString()).isEqualTo(USER);
            assertThat(row.path(4).asString()).startsWith("/home/alice/");
            assertThat(row.path(9).asString()).isEqualTo("ea-php82");
        }
        assertThat(cache.path(ADDON).path(3).asString()).isEqualTo(ADDON_SUB);
        for (String listed : List.of("cron", "mysql", "dnszones", "homedir/mail")) {
            assertThat(cpmove.resolve(listed)).isDirectory();
            assertThat(mailless.resolve(listed)).isDirectory();
        }
        assertThat(records(MAIN)).isNotEmpty().allMatch(fields -> fields.length >= 5);
        String bundle = text("apache_tls/" + MAIN);
        String footer = "-----END RSA PRIVATE KEY-----";
        assertThat(bundle).startsWith("-----BEGIN RSA PRIVATE KEY-----").contains(footer);
        assertThat(bundle.substring(bundle.indexOf(footer) + footer.length()).strip())
                .startsWith("-----BEGIN CERTIFICATE-----");
        for (Path each : List.of(cpmove, mailless)) {
            assertThat(each.resolve("homedir/mail/mailbox_format.cpanel")).hasContent("maildir");
        }
        assertThat(lines("mysql.sql").stream().filter(line -> line.startsWith("GRANT")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("--"));
    }

    /// The records that remain for a reader that begins after the line with the closing
    /// parenthesis.
    private static List<String[]> records(String domain) throws IOException {
        List<String> lines = lines("dnszones/" + domain + ".db");
        int soa = 0;
        while (!lines.get(soa).contains("SOA")) {
            soa++;
        }
        assertThat(lines.get(soa)).doesNotContain(")");
        int end = soa + 1;
        while (!lines.get(end).contains(")")) {
            end++;
        }
        assertThat(end).isEqualTo(soa + 5);
        return lines.subList(end + 1, lines.size()).stream()
                .map(line -> line.split("\t", -1))
                .toList();
    }

    @Test
    void directAdminStripsOneLevelAndSplitsAtUnderscores() throws Exception {
        assertThat("cpmove-alice.tar.gz".replaceFirst("^cpmove-", "").replaceFirst("\\.tar.*", ""))
                .matches("[a-z0-9]+");
        Path target = Files.createDirectory(folder.resolve("stripped"));
        Shell.run(
                target,
                "tar",
                "xzf",
                homes.resolve("cpmove-alice.tar.gz").toString(),
                "--strip-components=1");
        assertThat(target.resolve("cp/alice")).isRegularFile();
        assertThat(setting("DNS")).isEqualTo(MAIN);
        assertThat(lines("sds"))
                .containsExactlyElementsOf(
                        SUBS.stream().map(sub -> sub.replaceFirst("\\.", "_")).toList());
        assertThat(names("vad")).containsExactly(PARKED);
        assertThat(records(MAIN).stream().filter(fields -> fields[3].equals("NS")))
                .isNotEmpty()
                .allMatch(fields -> fields[1].matches("[0-9]+"));
        Path key = folder.resolve("key.pem");
        String bundle = text("apache_tls/" + MAIN);
        Files.writeString(key, bundle.substring(0, bundle.indexOf("-----BEGIN CERTIFICATE")));
        assertThat(Shell.run(folder, "openssl", "rsa", "-in", key.toString(), "-check", "-noout"))
                .contains("RSA key ok");
        assertThat(cpmove.resolve("ips/related_ips")).isRegularFile();
        assertThat(Long.parseLong(text("quota").strip())).isLessThan(10_000_000);
        assertThat(Files.readString(reseller.resolve("resellerconfig/resellers")))
                .startsWith("bob:");
        assertThat(reseller.resolve("resellerpackages/bob_small")).isRegularFile();
        assertThat(lines("proftpdpasswd"))
                .allMatch(line -> line.split(":", -1).length == 7)
                .anyMatch(line -> line.startsWith("alice:"))
                .anyMatch(line -> line.startsWith("alice_logs:"));
    }

    @Test
    void openPanelTakesTheUserFromTheLastPartOfTheName() throws Exception {
        String stem = backup.getFileName().toString();
        assertThat(stem.substring(stem.lastIndexOf('_') + 1)).isEqualTo(USER);
        assertThat(yaml("userdata/main", "main_domain")).isEqualTo(MAIN);
        assertThat(yamlItems("userdata/main", "parked_domains")).containsExactly(PARKED);
        assertThat(yamlItems("userdata/main", "sub_domains")).containsExactlyElementsOf(SUBS);
        List<String> cron = lines("cron/" + USER);
        assertThat(cron.get(0)).startsWith("MAILTO=");
        assertThat(cron.get(1)).startsWith("SHELL=");
        assertThat(cron.subList(2, cron.size())).isNotEmpty();
        assertThat(text("meta/hostname")).isEqualTo("host.packhorse.example");
        assertThat(setting("PLAN")).isEqualTo("business");
        assertThat(setting("IP")).isEqualTo(ADDRESS);
        assertThat(cpmove.resolve("ssl/" + MAIN + ".crt")).isRegularFile();
        assertThat(cpmove.resolve("ssl/" + MAIN + ".key")).isRegularFile();
        assertThat(names("mysql")).contains("alice_accept.create", "alice_accept.sql");
    }

    @Test
    void backupInformationCountsTheEntriesAtTheTop() throws Exception {
        List<String> listing = Shell.lines(homes, "tar", "tzf", "cpmove-alice.tar.gz");
        assertThat(listing.stream().filter(line -> line.matches("[^/]+/")))
                .containsExactly("cpmove-alice/");
        TreeSet<String> listed = new TreeSet<>(listing);
        for (String member : listing) {
            for (int slash = member.indexOf('/');
                    slash >= 0;
                    slash = member.indexOf('/', slash + 1)) {
                assertThat(listed).contains(member.substring(0, slash + 1));
            }
        }
        assertThat(text("shell").strip()).isEqualTo("/bin/bash");
        assertThat(setting("DISK_BLOCK_LIMIT")).matches("[0-9]+");
    }

    @Test
    void libcpmoveFindsHomeAndMailAccounts() throws Exception {
        assertThat(lines("homedir_paths")).containsExactly("/home/alice");
        assertThat(lines("meta/homedir_paths")).containsExactly("/home/alice");
        List<String> boxes = lines("homedir/etc/" + MAIN + "/passwd");
        assertThat(boxes).isNotEmpty();
        for (String box : boxes) {
            String[] fields = box.split(":", -1);
            assertThat(fields).hasSize(7);
            assertThat(fields[5]).endsWith("/" + fields[0]).startsWith("/home/alice/mail/" + MAIN);
        }
    }

    @Test
    void jabaliReadsZonesAndHashes() throws Exception {
        assertThat(names("dnszones"))
                .containsExactlyInAnyOrder(MAIN + ".db", ADDON + ".db", PARKED + ".db");
        assertThat(lines("userdata/main")).first().isEqualTo("---");
        JsonNode hashes = JsonMapper.shared().readTree(text("mysql.sql-auth.json"));
        String hex = hashes.path("alice_app").path("localhost").path("pass_hash").asString();
        String hash = new String(HexFormat.of().parseHex(hex), StandardCharsets.US_ASCII);
        assertThat(hash).matches("\\*[0-9A-F]{40}");
        assertThat(text("mysql.sql")).contains("IDENTIFIED BY PASSWORD '" + hash + "';");
        assertThat(lines("mysql.sql")).first().isEqualTo("-- cPanel mysql backup");
        assertThat(lines("mysql.sql").get(1)).startsWith("GRANT USAGE ON *.* TO 'alice'@");
    }

    @Test
    void restorepkgTakesUsersOfTheOldShapeOnly() throws Exception {
        assertThat(text("version")).isEqualTo("pkgacct version: 10\narchive version: 4\n");
        assertThat(text("packaged_in_version").strip()).matches("11(\\.[0-9]+){3}");
        assertThat(lines("mysql.sql").stream().skip(1))
                .allMatch(line -> line.startsWith("GRANT ") && line.endsWith(";"));
        assertThat(text("mysql.sql")).contains("ON `alice\\_accept`.* TO 'alice_app'@'localhost';");
        assertThat(text("mysql/alice_accept.sql"))
                .doesNotContain("CREATE DATABASE")
                .doesNotContain("enable the sandbox mode")
                .doesNotContain("\nUSE ");
        assertThat(lines("mysql/alice_accept.create"))
                .anyMatch(line ->
                        line.startsWith("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `alice_accept`"))
                .anyMatch(line -> line.equals("USE `alice_accept`;"));
        assertThat(names("mysql-timestamps")).contains("mysql", "alice_accept");
        assertThat(cpmove.resolve("has_sslstorage")).isRegularFile();
        assertThat(setting("USER")).isEqualTo(USER);
    }

    static List<String> accounts() {
        return DemoServer.ACCOUNTS;
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void theFoldersAreThoseOfOtherWriters(String user) throws Exception {
        Path archive = of(user);
        String skeleton =
                "apache_tls bandwidth bandwidth_db counters cp cron customizations dnssec_keys"
                        + " dnszones domainkeys domainkeys/private domainkeys/public homedir"
                        + " httpfiles ips locale logs meta mm mma mma/priv mma/pub mms mysql"
                        + " mysql-timestamps psql resellerconfig resellerfeatures resellerpackages"
                        + " ssl sslcerts sslkeys suspended suspendinfo team userconfig userdata va"
                        + " vad vf";
        for (String each : skeleton.split(" ", -1)) {
            String mode =
                    switch (each) {
                        case "homedir" -> "rwx--x--x";
                        case "dnssec_keys", "userconfig" -> "rwxr-xr-x";
                        default -> "rwx------";
                    };
            Path path = archive.resolve(each);
            assertThat(path).isDirectory();
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)))
                    .as(each)
                    .isEqualTo(mode);
        }
        for (String file : List.of("digestshadow", "nobodyfiles", "autossl.json", "quota")) {
            assertThat(archive.resolve(file)).isRegularFile();
        }
        assertThat(text(archive, "autossl.json")).contains("\"excluded_domains\":[");
        for (String key :
                List.of(
                        "MAXADDON",
                        "MAXPARK",
                        "MAXSUB",
                        "MAXFTP",
                        "MAXSQL",
                        "MAXPOP",
                        "MAXLST",
                        "BWLIMIT",
                        "HASCGI",
                        "OWNER",
                        "FEATURELIST",
                        "RS",
                        "LOCALE",
                        "STARTDATE",
                        "MXCHECK-" + setting(archive, user, "DNS"))) {
            assertThat(setting(archive, user, key)).as(key).isNotEmpty();
        }
    }

    /// What the methods above look at in one archive, as far as every account has it.
    @ParameterizedTest
    @MethodSource("accounts")
    void everyAccountsArchiveHasWhatImportersReadFirst(String user) throws Exception {
        Path archive = of(user);
        assertThat(Shell.run(homes, "file", "-b", "cpmove-" + user + ".tar.gz"))
                .contains("from Unix");
        String main = setting(archive, user, "DNS");
        assertThat(setting(archive, user, "USER")).isEqualTo(user);
        assertThat(yaml(archive, "userdata/main", "main_domain")).isEqualTo(main);
        assertThat(text(archive, "vf/" + main)).isNotNull();
        assertThat(lines(archive, "homedir_paths")).containsExactly("/home/" + user);
        assertThat(text(archive, "shell").strip()).startsWith("/");
        assertThat(text(archive, "quota").strip()).matches("[0-9]{1,7}");
        assertThat(text(archive, "shadow").strip()).matches("[!*]*\\$6\\$[^:]+");
        assertThat(text(archive, "meta/dbprefix").strip()).isEqualTo("0");
        assertThat(text(archive, "version")).startsWith("pkgacct version: 10\narchive version: 4");
        assertThat(archive.resolve("homedir/mail/mailbox_format.cpanel")).hasContent("maildir");
        assertThat(archive.resolve("dnszones/" + main + ".db")).isRegularFile();
        assertThat(lines(archive, "mysql.sql")).first().isEqualTo("-- cPanel mysql backup");
        assertThat(lines(archive, "proftpdpasswd"))
                .allMatch(line -> line.split(":", -1).length == 7)
                .anyMatch(line -> line.startsWith(user + ":"))
                .anyMatch(line -> line.startsWith(user + "_logs:"));
        for (String host : names(archive, "apache_tls")) {
            assertThat(text(archive, "apache_tls/" + host))
                    .startsWith("-----BEGIN ")
                    .containsSubsequence("PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----");
        }
        for (String cron : names(archive, "cron")) {
            assertThat(cron).isEqualTo(user);
            assertThat(lines(archive, "cron/" + user).get(0)).startsWith("MAILTO=");
            assertThat(lines(archive, "cron/" + user).get(1)).startsWith("SHELL=");
        }
    }

    @ParameterizedTest
    @MethodSource("accounts")
    void everyAccountsViewsSayTheSame(String user) throws Exception {
        Path archive = of(user);
        JsonNode cache = JsonMapper.shared().readTree(text(archive, "userdata/cache.json"));
        List<String> all = cache.propertyNames().stream().sorted().toList();
        assertThat(names(archive, "vf")).isEqualTo(all);
        assertThat(names(archive, "va")).isEqualTo(all);
        Map<String, List<String>> kinds = new TreeMap<>();
        cache.properties()
                .forEach(each ->
                        kinds.computeIfAbsent(
                                        each.getValue().path(2).asString(), _ -> new ArrayList<>())
                                .add(each.getKey()));
        assertThat(kinds.get("main")).containsExactly(setting(archive, user, "DNS"));
        assertThat(lines(archive, "pds"))
                .containsExactlyInAnyOrderElementsOf(kinds.getOrDefault("parked", List.of()));
        assertThat(names(archive, "vad"))
                .containsExactlyInAnyOrderElementsOf(kinds.getOrDefault("parked", List.of()));
        assertThat(lines(archive, "addons").stream().map(line -> line.split("=", -1)[0]))
                .containsExactlyInAnyOrderElementsOf(kinds.getOrDefault("addon", List.of()));
        List<String> subs =
                kinds.getOrDefault("sub", List.of()).stream()
                        .map(sub -> sub.replaceFirst("\\.", "_"))
                        .toList();
        assertThat(lines(archive, "sds")).containsExactlyInAnyOrderElementsOf(subs);
        assertThat(lines(archive, "sds2").stream().map(line -> line.split("=", -1)[0]))
                .containsExactlyInAnyOrderElementsOf(subs);
        assertThat(
                        lines(archive, "cp/" + user).stream()
                                .filter(line -> line.matches("DNS[0-9]*=.*"))
                                .map(line -> line.substring(line.indexOf('=') + 1)))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of("main", "addon", "parked")
                                .flatMap(kind -> kinds.getOrDefault(kind, List.of()).stream())
                                .toList());
    }

    /// Names of databases and of their users stand in four members.
    @Test
    void allViewsOfTheDatabasesSayTheSame() throws Exception {
        List<String> map = lines("meta/dbmap.yaml");
        List<String> databases =
                keys(map.subList(map.indexOf("  dbs:"), map.indexOf("  dbusers:")));
        assertThat(databases).contains("alice_accept");
        assertThat(names("mysql").stream().map(name -> name.replaceAll("\\..*", "")).distinct())
                .containsExactlyElementsOf(databases);
        List<String> users =
                keys(map.subList(map.indexOf("  dbusers:"), map.indexOf("  noprefix: {}")));
        assertThat(users).contains("alice_app");
        JsonNode hashes = JsonMapper.shared().readTree(text("mysql.sql-auth.json"));
        assertThat(hashes.propertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(USER), users.stream()).toList());
        assertThat(map)
                .contains("  owner: alice")
                .containsSequence(
                        "    alice_app:",
                        "      dbs:",
                        "        alice_accept: localhost",
                        "      server: localhost");
        assertThat(text(reseller, "meta/dbmap.yaml")).contains("  dbs: {}\n", "  owner: bob\n");
    }

    /// The keys that stand two levels deep.
    private static List<String> keys(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches(" {4}[^ ].*"))
                .map(line -> line.strip().replaceAll(":.*", ""))
                .toList();
    }

    @Test
    void allViewsOfTheDomainsSayTheSame() throws Exception {
        List<String> all =
                Stream.concat(SUBS.stream(), Stream.of(MAIN, ADDON, PARKED)).sorted().toList();
        assertThat(names("vf")).isEqualTo(all);
        assertThat(names("va")).isEqualTo(all);
        JsonNode cache = JsonMapper.shared().readTree(text("userdata/cache.json"));
        assertThat(List.copyOf(cache.propertyNames())).containsExactlyInAnyOrderElementsOf(all);
        List<String> described =
                names("userdata").stream()
                        .filter(name -> !name.matches(".*(_SSL|\\.yaml)|main|cache\\.json"))
                        .toList();
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(SUBS.stream(), Stream.of(MAIN)).toList());
        for (String host : described) {
            assertThat(yaml("userdata/" + host, "servername")).isEqualTo(host);
            assertThat(yaml("userdata/" + host, "documentroot"))
                    .isEqualTo(cache.path(host).path(4).asString());
        }
        assertThat(yaml("userdata/" + ADDON_SUB, "serveralias")).contains(ADDON);
        assertThat(yaml("userdata/" + MAIN, "serveralias")).contains(PARKED);
        List<String> inFile =
                lines("cp/" + USER).stream()
                        .filter(line -> line.matches("DNS[0-9]*=.*"))
                        .map(line -> line.substring(line.indexOf('=') + 1))
                        .toList();
        assertThat(inFile).containsExactlyInAnyOrder(MAIN, ADDON, PARKED);
        assertThat(names("apache_tls")).containsExactlyInAnyOrder(MAIN, ADDON_SUB);
    }
}
