package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.Crypt;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.Eventually;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import dev.packhorse.engine.whm.AccountOwners;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Accounts made and removed on a server in cPanel's layout.
class ProvisionFunctionsTest {
    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("alice", "root");
        server.account("rita", "rita");
        server.account("carol", "rita");
        for (String name : List.of("alice", "rita", "carol")) {
            own(root.resolve("home").resolve(name), uid(name));
        }
        for (String folder :
                List.of(
                        "var/named",
                        "var/cpanel/packages",
                        "var/cpanel/userdata",
                        "etc/valiases")) {
            server.folder(folder);
        }
        server.rootFile("etc/.pwd.lock", "");
        server.rootFile("etc/shadow", "root:*:1:0:99999:7:::\n");
        server.rootFile(
                "etc/userdomains", "alice.example: alice\ncarol.example: carol\n*: nobody\n");
        server.rootFile("etc/trueuserdomains", "alice.example: alice\ncarol.example: carol\n");
        server.rootFile(
                "etc/userdatadomains",
                "alice.example: alice==root==main==alice.example==/home/alice/public_html\n");
        server.rootFile("etc/localdomains", "alice.example\ncarol.example\n");
        server.rootFile(
                "etc/wwwacct.conf", "ADDR 192.0.2.1\nNS ns1.host.example\nNS2 ns2.host.example\n");
        server.rootFile(
                "var/cpanel/packages/gold",
                "QUOTA=500\nMAXFTP=3\nBWLIMIT=10\nHASSHELL=y\nCGI=n\nFEATURELIST=all\nLANG=de\n");
        server.rootFile("etc/shells", "/bin/bash\n");
    }

    private int uid(String name) throws Exception {
        return server.accounts.find(new AccountName(name)).map(Account::uid).orElseThrow();
    }

    private static void own(Path path, int uid) throws IOException {
        if (Identity.ofProcess().isRoot()) {
            Files.setAttribute(path, "unix:uid", uid);
        }
    }

    /// Everything that the host has below these folders.
    private Map<String, String> host() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String top : List.of("etc", "home", "var")) {
            try (Stream<Path> paths = Files.walk(root.resolve(top))) {
                for (Path path : paths.toList()) {
                    all.put(root.relativize(path).toString(), content(path));
                }
            }
        }
        return all;
    }

    private static String content(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "-> " + Files.readSymbolicLink(path);
        }
        return Files.isDirectory(path)
                ? "folder"
                : Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    /// The host without folders of root's, which may stay.
    private Map<String, String> filesAndHomes() throws IOException {
        Map<String, String> all = host();
        all.entrySet()
                .removeIf(each ->
                        each.getValue().equals("folder") && !each.getKey().startsWith("home"));
        return all;
    }

    private Answer newbie(String... more) throws Exception {
        return server.call(
                "createacct",
                Stream.concat(
                                Stream.of("username=newbie", "domain=newbie.example"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private String line(String file, String user) throws IOException {
        return Files.readAllLines(root.resolve(file)).stream()
                .filter(line -> line.startsWith(user + ":"))
                .findFirst()
                .orElse("");
    }

    @Test
    void anAccountIsMadeAsOrdered() throws Exception {
        Answer answer =
                newbie(
                        "password=open sésame",
                        "plan=gold",
                        "maxsql=7",
                        "contactemail=me@newbie.example",
                        "owner=rita");

        JsonNode data = answer.data().orElseThrow();
        assertThat(answer.warnings()).isEmpty();
        assertThat(data.path("ip")).hasToString("\"192.0.2.1\"");
        assertThat(data.path("package")).hasToString("\"gold\"");
        assertThat(data.path("nameserver2")).hasToString("\"ns2.host.example\"");
        Account account = server.accounts.find(new AccountName("newbie")).orElseThrow();
        assertThat(account.domains().main()).isEqualTo("newbie.example");
        assertThat(account.home()).isEqualTo("/home/newbie");
        assertThat(account.owner()).isEqualTo("rita");
        assertThat(account.shell()).isEqualTo("/bin/bash");
        assertThat(account.settings())
                .containsEntry("PLAN", "gold")
                .containsEntry("MAXFTP", "3")
                .containsEntry("MAXSQL", "7")
                .containsEntry("HASCGI", "0")
                .containsEntry("BWLIMIT", Long.toString(10 << 20))
                .containsEntry("DISK_BLOCK_LIMIT", "512000")
                .containsEntry("LOCALE", "de")
                .containsEntry("CONTACTEMAIL", "me@newbie.example");
        String hash = line("etc/shadow", "newbie").split(":", -1)[1];
        assertThat(Crypt.verify("open sésame", hash)).isTrue();
        assertThat(Crypt.verify("open sesame", hash)).isFalse();
        assertThat(Files.readString(root.resolve("etc/userdomains")))
                .contains("newbie.example: newbie\n", "alice.example: alice\n", "*: nobody\n");
        assertThat(root.resolve("var/cpanel/userdata/newbie/newbie.example"))
                .content()
                .contains("documentroot: /home/newbie/public_html");
        assertThat(root.resolve("var/named/newbie.example.db"))
                .content()
                .contains("@ IN A 192.0.2.1", "NS ns1.host.example.", "NS ns2.host.example.");
        assertThat(root.resolve("home/newbie/public_html")).isDirectory();
        assertThat(Files.readSymbolicLink(root.resolve("home/newbie/www")))
                .hasToString("public_html");
        assertThat(root.resolve("var/cpanel/packhorse/restoring/newbie")).doesNotExist();
    }

    @Test
    void filesOfTheNewHomeAreItsUsers() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "files are given away by root only");
        newbie();
        int uid = uid("newbie");
        for (String path : List.of("", "public_html", "mail", "www")) {
            assertThat(
                            Files.getAttribute(
                                    root.resolve("home/newbie").resolve(path),
                                    "unix:uid",
                                    java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(uid);
        }
    }

    @Test
    void withoutAPasswordNobodyLogsIn() throws Exception {
        assertThat(newbie().warnings()).anyMatch(each -> each.contains("no password"));
        assertThat(line("etc/shadow", "newbie")).startsWith("newbie:!:");
        assertThat(line("etc/passwd", "newbie")).endsWith("/usr/sbin/nologin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "username=root",
                "username=alice",
                "username=ftp",
                "username=wheelers",
                "username=9newbie",
                "username=../x",
                "username=a b",
                "username=",
                "domain=alice.example",
                "domain=shop.alice.example",
                "domain=host.example",
                "domain=nodots",
                "domain=../x.example",
                "domain=*.example",
                "domain=",
                "plan=silver",
                "plan=../packages/gold",
                "maxftp=many",
                "contactemail=nobody",
                "owner=ghost",
                "homedir=/etc/newbie",
                "homedir=/home/alice",
                "homedir=/home/../etc/newbie",
                "homedir=/home7/newbie",
                "ip=y",
                "customip=192.0.2.7",
                "uid=1500",
                "gid=1500",
                "mail_node_alias=far",
                "pkgname=mine",
                "savepkg=1",
                "reseller_without_domain=1",
                "bwlimit=much",
                "cpmod=../x",
                "featurelist=ghost",
                "featurelist=../packages/gold",
                "language=a b",
                "max_email_per_hour=-1",
                "max_team_users=8",
                "reseller=1",
                "password=two\nlines"
            })
    void whatCannotBeIsRefusedAndChangesNothing(String wrong) throws Exception {
        Map<String, String> before = host();
        assertThatThrownBy(() -> newbie(wrong))
                .isInstanceOf(WhmException.class)
                .hasMessageNotContaining("two\nlines");
        assertThat(host()).isEqualTo(before);
    }

    @Test
    void whatIsThereIsNotTakenOver() throws Exception {
        server.folder("home/newbie");
        assertThatThrownBy(this::newbie).hasMessageContaining("/home/newbie exists already");
        Files.delete(root.resolve("home/newbie"));
        server.rootFile("var/named/newbie.example.db", "not ours\n");
        assertThatThrownBy(this::newbie).hasMessageContaining("forcedns");
        assertThat(root.resolve("var/named/newbie.example.db")).hasContent("not ours\n");
        server.rootFile("var/cpanel/users/newbie", "USER=newbie\n");
        assertThatThrownBy(() -> newbie("forcedns=1")).hasMessageContaining("earlier account");
        Files.delete(root.resolve("var/cpanel/users/newbie"));
        newbie("forcedns=1");
        assertThat(root.resolve("var/named/newbie.example.db")).content().contains("SOA");
    }

    /// Steps that fail at different depths of the work.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "var/cpanel/userdata/newbie",
                "var/cpanel/packhorse",
                "var/cpanel/userdata/newbie/newbie.example/x",
                "etc/trueuserdomains/x"
            })
    void whatFailsHalfWayIsPutBack(String obstacle) throws Exception {
        Path file = root.resolve(obstacle);
        if (obstacle.startsWith("etc/trueuserdomains")) {
            Files.delete(root.resolve("etc/trueuserdomains"));
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, "in the way");
        Map<String, String> before = host();

        assertThatThrownBy(() -> newbie("password=secret"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("nothing was changed");

        assertThat(host()).isEqualTo(before);
    }

    @Test
    void anAccountThatIsMadeAndRemovedLeavesNothing() throws Exception {
        Map<String, String> before = filesAndHomes();
        newbie("password=secret", "plan=gold");
        server.rootFile("etc/valiases/newbie.example", "*: newbie\n");
        server.folder("var/spool/cron");
        server.rootFile("var/spool/cron/newbie", "* * * * * /bin/true\n");
        server.folder("etc/proftpd");
        server.rootFile("etc/proftpd/newbie", "newbie:x:1:1:newbie:/home/newbie:/bin/ftpsh\n");
        server.folder("var/cpanel/ssl/apache_tls/newbie.example");
        server.rootFile("var/cpanel/ssl/apache_tls/newbie.example/combined", "pem");
        server.call("api_token_create", "token_name=mine");

        Answer answer = server.call("removeacct", "username=newbie");

        assertThat(answer.warnings()).isEmpty();
        assertThat(filesAndHomes()).isEqualTo(before);
        assertThat(server.accounts.find(new AccountName("newbie"))).isEmpty();
        newbie();
    }

    @Test
    void anAccountMayBearTheNameOfTheFolderOfCrontabs() throws Exception {
        server.folder("var/spool/cron/crontabs");
        server.rootFile("var/spool/cron/crontabs/alice", "* * * * * /bin/true\n");
        server.rootFile("var/spool/cron/crontabs/crontabs", "* * * * * /bin/true\n");
        server.call("createacct", "username=crontabs", "domain=crontabs.example");
        server.call("removeacct", "username=crontabs");
        assertThat(root.resolve("var/spool/cron/crontabs/crontabs")).doesNotExist();
        assertThat(root.resolve("var/spool/cron/crontabs/alice")).exists();
    }

    @Test
    void zonesStayWhereThatIsAsked() throws Exception {
        newbie();
        server.call("removeacct", "user=newbie", "keepdns=1");
        assertThat(root.resolve("var/named/newbie.example.db")).exists();
        assertThat(root.resolve("home/newbie")).doesNotExist();
    }

    /// As two restores that ran at a time could leave it.
    @Test
    void aDomainThatAnotherAccountHasStaysThatAccounts() throws Exception {
        newbie();
        Path zone = root.resolve("var/named/newbie.example.db");
        server.rootFile("etc/valiases/newbie.example", "*: carol\n");
        server.rootFile(
                "etc/userdomains",
                "alice.example: alice\ncarol.example: carol\nnewbie.example: carol\n*: nobody\n");

        server.call("removeacct", "username=newbie");

        assertThat(zone).exists();
        assertThat(root.resolve("etc/valiases/newbie.example")).exists();
        assertThat(Files.readString(root.resolve("etc/localdomains"))).contains("newbie.example");
        assertThat(root.resolve("home/newbie")).doesNotExist();
    }

    @Test
    void linksOutOfTheHomeAreNotFollowed() throws Exception {
        Path precious = server.folder("precious");
        Files.writeString(precious.resolve("file"), "keep");
        Path home = root.resolve("home/alice");
        Files.createDirectories(home.resolve("a/b"));
        Files.createSymbolicLink(home.resolve("a/b/out"), precious);
        Files.createSymbolicLink(home.resolve("carol"), root.resolve("home/carol"));
        Files.createLink(home.resolve("hard"), precious.resolve("file"));
        Files.writeString(root.resolve("home/carol/mine"), "carol's");

        server.call("removeacct", "username=alice");

        assertThat(home).doesNotExist();
        assertThat(precious.resolve("file")).hasContent("keep");
        assertThat(root.resolve("home/carol/mine")).hasContent("carol's");
        assertThat(Files.readString(root.resolve("etc/userdomains")))
                .isEqualTo("carol.example: carol\n*: nobody\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/home/carol, the home of user carol",
        "/home, folder of homes",
        "/, folder of homes",
        "/etc, folder of homes",
        "/home/alice/inner, folder of homes",
        "/var/cpanel, folder of homes",
        "/home/link, is no folder"
    })
    void aHomeThatIsNotTheAccountsAloneStays(String home, String why) throws Exception {
        Files.createSymbolicLink(root.resolve("home/link"), root.resolve("home/carol"));
        Path passwd = root.resolve("etc/passwd");
        Files.writeString(
                passwd, Files.readString(passwd).replace(":/home/alice:", ":" + home + ":"));
        Map<String, String> before = host();
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining(home.equals("/") ? "" : why);
        assertThat(host()).isEqualTo(before);
    }

    @Test
    void aHomeThatHoldsAnotherHomeStays() throws Exception {
        Path passwd = root.resolve("etc/passwd");
        Files.writeString(
                passwd, Files.readString(passwd).replace(":/home/carol:", ":/home/alice/carol:"));
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("contains the home of user carol");
        assertThat(root.resolve("home/alice")).exists();
    }

    @Test
    void aHomeOfAnotherUsersStays() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "files are given away by root only");
        own(root.resolve("home/alice"), 4_711);
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("belongs to user number 4711");
        own(root.resolve("home/alice"), uid("alice"));
        own(root.resolve("home"), uid("alice"));
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("others than root can change");
        assertThat(root.resolve("home/alice")).exists();
    }

    @Test
    void workOnTheAccountComesFirst() throws Exception {
        server.catalog.add("alice", DestinationId.LOCAL, Tier.DAILY, "2026-11-20");
        server.call("restore_queue_add_task", "user=alice", "restore_point=2026-11-20");
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("There is work on the account “alice” (RESTORE ");
        server.call("restore_queue_clear_pending_task", "user=alice");
        server.queue.enqueue(JobRequest.of(JobKind.BACKUP, "newbie", "root", "{}"));
        assertThatThrownBy(this::newbie).hasMessageContaining("There is work");
        server.call("removeacct", "username=alice");
        assertThat(server.catalog.ofAccount(new AccountName("alice"))).hasSize(1);
    }

    /// A job that begins after the queue was looked at finds the account held, and waits.
    @Test
    void theAccountIsHeldBeforeTheQueueIsLookedAt() throws Exception {
        List<Boolean> held = new ArrayList<>();
        server.queue.onLook =
                filter ->
                        held.add(
                                server.holds.isHeld(
                                        new AccountName(filter.subject().orElseThrow())));
        newbie();
        server.call("removeacct", "username=newbie");
        assertThat(held).hasSizeGreaterThanOrEqualTo(2).doesNotContain(false);
        assertThat(server.holds.isHeld(new AccountName("newbie"))).isFalse();
    }

    /// On the virtual thread of a call the removal of a home would hold one of the few carriers.
    @Test
    void homesAreRemovedOnAThreadThatNobodyShares() throws Exception {
        List<Boolean> virtual = new ArrayList<>();
        server.queue.onLook = _ -> virtual.add(Thread.currentThread().isVirtual());
        newbie();
        FutureTask<Answer> removal =
                new FutureTask<>(() -> server.call("removeacct", "username=newbie"));
        Thread.ofVirtual().start(removal).join();
        removal.get();
        assertThat(virtual).isNotEmpty().doesNotContain(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "backup_destination_validate",
                "convertopensshtoputty",
                "createacct",
                "delete_account_archives",
                "generatesshkeypair",
                "listaccts",
                "packhorse_catalog_rebuild",
                "packhorse_destination_verify",
                "removeacct"
            })
    void longWorkHasAThreadOfItsOwn(String function) {
        assertThat(Objects.requireNonNull(server.functions.get(function)).isOnOwnThread()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "createacct, username=newbie, newbie",
        "createacct, owner=rita, rita",
        "removeacct, username=alice, alice",
        "suspendacct, user=alice, alice",
        "unsuspendacct, user=alice, alice"
    })
    void whatSomebodyWorksOnIsLeftAlone(String function, String argument, String held)
            throws Exception {
        if (function.equals("unsuspendacct")) {
            server.call("suspendacct", "user=alice");
        }
        Map<String, String> before = host();
        try (AccountHolds.Hold _ = server.holds.take(new AccountName(held)).orElseThrow()) {
            assertThatThrownBy(
                            () -> {
                                if (function.equals("createacct")) {
                                    newbie(argument);
                                } else {
                                    server.call(function, argument);
                                }
                            })
                    .isInstanceOf(WhmException.class)
                    .hasMessageContaining("is being");
        }
        assertThat(host()).isEqualTo(before);
    }

    /// While one removal takes its time, whatever else is asked for is answered, and the account
    /// stays held to the end.
    @Test
    void oneLongRemovalHoldsNobodyUp() throws Exception {
        try (ExecutorService calls = Executors.newCachedThreadPool()) {
            List<Future<Answer>> removal = new ArrayList<>();
            OwnLines.change(() -> {
                // The lists of domains cannot be changed here, so that it cannot end.
                removal.add(calls.submit(() -> server.call("removeacct", "username=alice")));
                Eventually.holds(
                        "the home is moved aside",
                        () -> Files.notExists(root.resolve("home/alice")));
                Future<Answer> other =
                        calls.submit(() -> server.call("removeacct", "username=rita"));
                assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS))
                        .hasMessageContaining("owns other accounts (carol)");
                Future<Answer> same =
                        calls.submit(() -> server.call("removeacct", "username=alice"));
                assertThatThrownBy(() -> same.get(30, TimeUnit.SECONDS))
                        .hasMessageContaining("is being made, suspended or removed");
                assertThat(server.holds.isHeld(new AccountName("alice"))).isTrue();
            });
            assertThat(removal.getFirst().get(30, TimeUnit.SECONDS).warnings()).isEmpty();
        }
        assertThat(server.accounts.find(new AccountName("alice"))).isEmpty();
    }

    @Test
    void resellersOfOthersStay() throws Exception {
        assertThatThrownBy(() -> server.call("removeacct", "username=rita"))
                .hasMessageContaining("owns other accounts (carol)");
        Caller rita = new Caller("rita", Set.of("kill-acct"), "", "127.0.0.1");
        assertThatThrownBy(() -> server.callAs(rita, "removeacct", "username=rita"))
                .hasMessageContaining("cannot remove itself");
        server.callAs(rita, "removeacct", "username=carol");
        server.call("removeacct", "username=rita");
        assertThat(server.accounts.names()).extracting(AccountName::value).containsExactly("alice");
    }

    @Test
    void aDamagedAccountFileKeepsOnlyItsOwner() throws Exception {
        server.rootFile("var/cpanel/users/carol", "USER=carol\nno pair\n");
        server.call("removeacct", "username=alice");

        server.rootFile("var/cpanel/users/carol", "USER=carol\nno pair\n OWNER = rita\n");
        assertThatThrownBy(() -> server.call("removeacct", "username=rita"))
                .hasMessageContaining("owns other accounts (carol)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"username=root", "username=ftp", "username=ghost", "keepdns=0"})
    void onlyAccountsAreRemoved(String argument) throws Exception {
        Map<String, String> before = host();
        assertThatThrownBy(() -> server.call("removeacct", argument))
                .isInstanceOf(WhmException.class);
        assertThatThrownBy(() -> server.call("removeacct", "username=alice", "user=carol"))
                .hasMessageContaining("different accounts");
        assertThat(host()).isEqualTo(before);
    }

    @Test
    void aRemovalThatFailedGoesOnWhereItStopped() throws Exception {
        Path inTheWay = Files.createDirectories(root.resolve("var/spool/cron/alice"));
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("/var/spool/cron/alice")
                .hasMessageContaining("remove it again");
        assertThat(root.resolve("home/alice")).doesNotExist();
        assertThat(server.accounts.find(new AccountName("alice"))).isPresent();
        assertThat(root.resolve("var/cpanel/packhorse/removing/alice")).exists();

        Files.delete(inTheWay);
        server.call("removeacct", "username=alice");
        assertThat(server.accounts.find(new AccountName("alice"))).isEmpty();
        assertThat(host().keySet()).noneMatch(path -> path.contains("alice"));
    }

    private void makeToken(String user) throws IOException {
        new TokenStore(root.resolve("state/tokens"), server.queue::now)
                .create(new TokenRequest(user, "mine", Set.of(), Optional.empty(), List.of()));
    }

    @Test
    void tokensOfTheRemovedOpenNothing() throws Exception {
        Caller carol = new Caller("carol", Set.of("manage-api-tokens"), "", "127.0.0.1");
        makeToken("carol");
        server.call("removeacct", "username=carol");
        assertThat(server.callAs(carol, "api_token_list").data().orElseThrow().toString())
                .doesNotContain("mine");
    }

    @Test
    void tokensGoWhereverTheRemovalStops() throws Exception {
        Caller carol = new Caller("carol", Set.of("manage-api-tokens"), "", "127.0.0.1");
        makeToken("carol");
        server.queue.enqueue(JobRequest.of(JobKind.BACKUP, "carol", "root", "{}"));
        assertThatThrownBy(() -> server.call("removeacct", "username=carol"))
                .hasMessageContaining("There is work");
        assertThat(server.callAs(carol, "api_token_list").data().orElseThrow().toString())
                .as("nothing was changed")
                .contains("mine");

        server.queue.remove(JobFilter.of(Set.of(JobKind.BACKUP), Set.of(JobState.PENDING)), "root");
        Files.createDirectories(root.resolve("var/spool/cron/carol"));
        assertThatThrownBy(() -> server.call("removeacct", "username=carol"))
                .hasMessageContaining("remove it again");
        assertThat(server.callAs(carol, "api_token_list").data().orElseThrow().toString())
                .doesNotContain("mine");
    }

    /// As a kill leaves it between the end of the user and the end of the account file.
    @Test
    void aRemovalThatWasKilledAtItsEndIsGoneOnWith() throws Exception {
        Caller alice = new Caller("alice", Set.of("manage-api-tokens"), "", "127.0.0.1");
        makeToken("alice");
        Files.createDirectories(root.resolve("var/cpanel/packhorse/removing"));
        server.rootFile("var/cpanel/packhorse/removing/alice", "");
        dropUser("alice");
        Caller rita = new Caller("rita", Set.of("kill-acct"), "", "127.0.0.1");
        assertThatThrownBy(() -> server.callAs(rita, "removeacct", "username=alice"))
                .hasMessageContaining("do not have a user");

        assertThat(server.call("removeacct", "username=alice").warnings())
                .containsExactly("there was no user of the name any more");

        assertThat(root.resolve("var/cpanel/users/alice")).doesNotExist();
        assertThat(server.callAs(alice, "api_token_list").data().orElseThrow().toString())
                .doesNotContain("mine");
        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("do not have a user");
    }

    /// What it had can be found by its description alone.
    @Test
    void anAccountWhoseUserSomebodyElseRemovedStays() throws Exception {
        dropUser("alice");
        Map<String, String> before = host();

        assertThatThrownBy(() -> server.call("removeacct", "username=alice"))
                .hasMessageContaining("do not have a user");

        assertThat(host()).isEqualTo(before);
    }

    private void dropUser(String name) throws IOException {
        Path passwd = root.resolve("etc/passwd");
        Files.writeString(
                passwd, Files.readString(passwd).replaceAll("(?m)^" + name + ":.*\n", ""));
    }

    private static Caller rita(String... rights) {
        return new Caller("rita", Set.of(rights), "t", "192.0.2.9");
    }

    private Answer byRita(Caller caller, String... more) throws Exception {
        return server.callAs(
                caller,
                "createacct",
                Stream.concat(
                                Stream.of("username=newbie", "domain=newbie.example"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void onlyRootBringsADomainThatEverybodyWritesTo() throws Exception {
        server.rootFile("var/cpanel/resellers", "rita:create-acct\n");
        server.rootFile("var/cpanel/packages/rita_small", "QUOTA=5\n");
        server.rootFile("var/cpanel/commondomains", "gmail.com\n");
        Map<String, String> before = host();
        for (String domain : List.of("gmail.com", "eu.gmail.com")) {
            assertThatThrownBy(() ->
                            server.callAs(
                                    rita("create-acct"),
                                    "createacct",
                                    "username=newbie",
                                    "domain=" + domain,
                                    "plan=rita_small"))
                    .hasMessageContaining("common domains");
        }
        assertThat(host()).isEqualTo(before);
        server.call("createacct", "username=newbie", "domain=gmail.com");
        assertThat(Files.readString(root.resolve("etc/localdomains"))).contains("gmail.com\n");
    }

    @Test
    void aResellerMakesAccountsOfItsOwnWithItsOwnPackages() throws Exception {
        server.rootFile("var/cpanel/resellers", "rita:create-acct\n");
        server.rootFile("var/cpanel/packages/rita_small", "QUOTA=50\nMAXFTP=1\nHASSHELL=n\n");
        byRita(rita("create-acct"), "plan=rita_small");
        Account account = server.accounts.find(new AccountName("newbie")).orElseThrow();
        assertThat(account.owner()).isEqualTo("rita");
        assertThat(account.settings()).containsEntry("PLAN", "rita_small");
        assertThat(
                        new AccountOwners(server.accounts)
                                .mayActOn(rita("kill-acct"), new AccountName("newbie")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "owner=root, owner",
        "owner=alice, owner",
        "ownerself=1, ownerself",
        "forcedns=1, forcedns",
        "homedir=/home2/newbie, homedir",
        "plan=gold, viewglobalpackages",
        "plan=default, viewglobalpackages",
        "plan=other_big, another reseller",
        "hasshell=1, allow-shell",
        "quota=10, add-pkg",
        "maxsql=1, add-pkg",
        "bwlimit=10, add-pkg",
        "featurelist=default, add-pkg",
        "featurelist=other_all, none of yours",
        "cgi=1, add-pkg"
    })
    void aResellerGivesNothingThatItHasNot(String argument, String reason) throws Exception {
        server.rootFile("var/cpanel/resellers", "rita:create-acct\nother:create-acct\n");
        server.rootFile("var/cpanel/packages/rita_small", "QUOTA=50\n");
        server.rootFile("var/cpanel/packages/other_big", "QUOTA=unlimited\n");
        Map<String, String> before = host();
        String[] arguments =
                argument.startsWith("plan")
                        ? new String[] {argument}
                        : new String[] {"plan=rita_small", argument};
        assertThatThrownBy(() -> byRita(rita("create-acct"), arguments))
                .hasMessageContaining(reason);
        assertThat(host()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "quota=0, allow-unlimited-disk-pkgs",
        "maxsql=unlimited, allow-unlimited-pkgs",
        "maxftp=0, allow-unlimited-pkgs",
        "bwlimit=0, allow-unlimited-bw-pkgs",
        "max_email_per_hour=9, allow-emaillimits-pkgs",
        "maxaddon=1, allow-addoncreate",
        "maxpark=unlimited, allow-parkedcreate"
    })
    void limitsBesideThePackageTakeTheirRights(String argument, String right) throws Exception {
        server.rootFile("var/cpanel/packages/rita_small", "QUOTA=50\n");
        Set<String> all =
                Set.of(
                        "create-acct",
                        "add-pkg",
                        "allow-unlimited-pkgs",
                        "allow-unlimited-disk-pkgs",
                        "allow-unlimited-bw-pkgs",
                        "allow-emaillimits-pkgs",
                        "allow-addoncreate",
                        "allow-parkedcreate");
        String[] without = all.stream().filter(each -> !each.equals(right)).toArray(String[]::new);
        assertThatThrownBy(() -> byRita(rita(without), "plan=rita_small", argument))
                .hasMessageContaining(right);
        byRita(rita(all.toArray(String[]::new)), "plan=rita_small", argument);
        assertThat(server.accounts.find(new AccountName("newbie"))).isPresent();
    }

    @Test
    void aResellerTakesNoNameAndNoDomainOfOthers() throws Exception {
        server.rootFile("var/cpanel/packages/rita_small", "QUOTA=50\n");
        Caller rita = rita("create-acct");
        assertThatThrownBy(() ->
                        server.callAs(
                                rita,
                                "createacct",
                                "username=newbie",
                                "domain=www.alice.example",
                                "plan=rita_small"))
                .hasMessageContaining("alice.example");
        assertThatThrownBy(() ->
                        server.callAs(
                                rita,
                                "createacct",
                                "username=alice",
                                "domain=new.example",
                                "plan=rita_small"))
                .hasMessageContaining("alice");
    }

    @Test
    void aResellerRemovesNeitherResellersNorItself() throws Exception {
        server.account("other", "rita");
        server.rootFile("var/cpanel/resellers", "rita:kill-acct\nother:list-accts\n");
        Caller rita = rita("kill-acct");
        assertThatThrownBy(() -> server.callAs(rita, "removeacct", "username=other"))
                .hasMessageContaining("only root removes");
        assertThatThrownBy(() -> server.callAs(rita, "removeacct", "username=rita"))
                .hasMessageContaining("itself");
        assertThatThrownBy(() -> server.callAs(rita("suspend-acct"), "suspendacct", "user=rita"))
                .hasMessageContaining("itself");
    }

    @Test
    void theDispatcherAsksForRightAndOwner() throws Exception {
        RawParameters alice =
                new RawParameters(
                        Map.of("api.version", List.of("1"), "username", List.of("alice")));
        for (Caller caller : List.of(rita("kill-acct"), rita("list-accts"))) {
            JsonNode body = server.dispatcher().call(caller, "removeacct", alice).body();
            assertThat(body.path("metadata").path("result").asInt(1)).isZero();
        }
        assertThat(server.accounts.find(new AccountName("alice"))).isPresent();
        RawParameters new1 =
                new RawParameters(
                        Map.of(
                                "api.version",
                                List.of("1"),
                                "username",
                                List.of("newbie"),
                                "domain",
                                List.of("n.example")));
        assertThat(
                        server.dispatcher()
                                .call(rita("list-accts"), "createacct", new1)
                                .body()
                                .path("metadata")
                                .path("reason")
                                .asString(""))
                .contains("permission");
    }
}
