package dev.packhorse.engine.component.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.TextSource;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives of unknown origin whose files outside of the home were written by somebody with bad
/// intentions, restored onto a small server with another account.
class HostileMetadataTest {
    private static final String HASH = "$6$saltsalt$" + "a".repeat(86);

    @TempDir Path folder;

    private Path root;
    private Path staging;
    private HostServices services;
    private final Map<String, String> members = new TreeMap<>();

    @BeforeEach
    void makeServer() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        root = Files.createDirectory(folder.resolve("root"));
        staging = Files.createDirectory(folder.resolve("staging"));
        put(
                "etc/passwd",
                """
                root:x:0:0:root:/root:/bin/bash
                backup:x:34:34::/var/backups:/bin/sh
                victim:x:20500:20500::/home/victim:/bin/bash
                """);
        put("etc/group", "root:x:0:\nmail:x:12:\nvictim:x:20500:\n");
        put("etc/shadow", "root:*:19000:0:99999:7:::\nvictim:" + HASH + ":19000:0:99999:7:::\n");
        put("etc/shells", "/bin/bash\n/bin/sh\n/usr/local/cpanel/bin/jailshell\n");
        put("etc/userdomains", "victim.example: victim\n*: nobody\n");
        put("var/cpanel/users/victim", "DNS=victim.example\nUSER=victim\n");
        put("var/cpanel/mainip", "198.51.100.7\n");
        Files.createDirectories(root.resolve("home"));
        HostRoot host = new HostRoot(root);
        services =
                new HostServices(
                        host, new CpanelAccountDirectory(host), "host.example", Optional.empty());
        members.put("cp/demo", "DNS=demo.example\nUSER=demo\nIP=192.0.2.10\n");
        members.put("homedir_paths", "/home/demo\n");
    }

    private void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String read(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    private RestoreReport restore(String module) throws IOException, ComponentException {
        return restore(module, true);
    }

    private RestoreReport restore(String module, boolean restricted)
            throws IOException, ComponentException {
        RestoreContext context =
                new RestoreContext(
                        new AccountName("demo"),
                        TextSource.facts("demo"),
                        services,
                        RestoreOptions.ALL,
                        restricted,
                        staging,
                        QuietLog.LOG,
                        Cancellation.never());
        AccountComponent found =
                ComponentRegistry.standard().find(new ComponentName(module)).orElseThrow();
        return found.restore(context, TextSource.of(staging, members));
    }

    private void makeAccount() throws IOException, ComponentException {
        restore("Account");
    }

    @Test
    void theAccountIsMadeLockedAndWithoutRights() throws Exception {
        makeAccount();

        assertThat(read("etc/passwd")).contains("demo:x:1000:1000::/home/demo:/usr/sbin/nologin\n");
        assertThat(read("etc/shadow")).contains("demo:!:");
        assertThat(root.resolve("home/demo")).isDirectory();
        assertThat(services.accounts().find(new AccountName("demo"))).isPresent();
    }

    @Test
    void aUserOfTheSystemIsNotTakenOver() throws Exception {
        put("etc/passwd", read("etc/passwd") + "demo:x:1500:1500:an admin:/home/demo:/bin/bash\n");
        assertThatThrownBy(this::makeAccount)
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("is no hosting account");
        assertThat(root.resolve("var/cpanel/users/demo")).doesNotExist();
    }

    @Test
    void theMainDomainOfAnotherAccountIsRefusedBeforeAnythingIsDone() throws Exception {
        members.put("cp/demo", "DNS=victim.example\nUSER=demo\n");
        for (String module : new String[] {"PreRestoreActions", "Account"}) {
            assertThatThrownBy(() -> restore(module))
                    .isInstanceOf(ComponentException.class)
                    .hasMessage("the main domain victim.example belongs to account victim");
        }
        assertThat(read("etc/passwd")).doesNotContain("demo");
        assertThat(root.resolve("var/cpanel/packhorse")).doesNotExist();
    }

    @Test
    void theNameOfTheServerIsRefused() {
        members.put("cp/demo", "DNS=host.example\nUSER=demo\n");
        assertThatThrownBy(() -> restore("Account"))
                .hasMessage("the main domain host.example is the name of this server");
    }

    @Test
    void anAccountFileOfAnotherAccountIsRefused() {
        members.put("cp/demo", "DNS=demo.example\nUSER=victim\n");
        assertThatThrownBy(() -> restore("Account"))
                .hasMessage("the account file cp/demo names another account");
    }

    @Test
    void domainsOfOthersAreLeftOutByName() throws Exception {
        members.put(
                "userdata/main",
                """
                ---
                addon_domains:
                  victim.example: addon.demo.example
                main_domain: demo.example
                parked_domains:
                  - evil.victim.example
                  - host.example
                  - parked.example
                sub_domains:
                  - addon.demo.example
                """);
        makeAccount();

        RestoreReport report = restore("Domains");

        assertThat(report.skipped())
                .containsExactlyInAnyOrder(
                        "domain victim.example: refused, it belongs to account victim",
                        "domain host.example: refused, it is the name of this server",
                        "domain evil.victim.example: refused, it lies below victim.example, which"
                                + " belongs to account victim");
        assertThat(read("var/cpanel/userdata/demo/main"))
                .contains("addon.demo.example", "parked.example")
                .doesNotContain("victim", "host.example");
    }

    @Test
    void settingsAreTakenOnlyIfTheyAreKnownAndSound() throws Exception {
        makeAccount();
        members.put(
                "cp/demo",
                """
                DNS=demo.example
                USER=demo
                OWNER=victim
                PLAN=../../etc/passwd
                MAXSQL=10
                MAXFTP=$(id)
                HASCGI=1
                EVIL_KEY=1
                IP=192.0.2.10
                MXCHECK-demo.example=remote
                SUSPENDED=0
                """);

        RestoreReport report = restore("CpUser");

        assertThat(read("var/cpanel/users/demo"))
                .isEqualTo(
                        """
                        DNS=demo.example
                        HASCGI=1
                        IP=198.51.100.7
                        MAXSQL=10
                        MXCHECK-demo.example=remote
                        OWNER=root
                        USER=demo
                        """);
        assertThat(report.skipped()).anyMatch(item -> item.contains("EVIL_KEY"));
        assertThat(report.skipped()).anyMatch(item -> item.contains("MAXFTP"));
        assertThat(report.skipped()).anyMatch(item -> item.contains("PLAN"));
    }

    @Test
    void anAccountFileWithALineThatIsNoPairIsRefused() throws Exception {
        makeAccount();
        members.put("cp/demo", "DNS=demo.example\nUSER=demo\nrubbish\n");
        assertThatThrownBy(() -> restore("CpUser"))
                .isInstanceOf(ComponentException.class)
                .hasMessageStartingWith("cp/demo line 3: ");
    }

    @Test
    void aPasswordFieldCannotBecomeAnotherLine() throws Exception {
        makeAccount();
        String before = read("etc/shadow");
        for (String bad :
                new String[] {"x:0:0\nroot2::0:0", HASH + ":1:2", "", "$6$a", "hello world"}) {
            members.put("shadow", bad + "\n");
            if (bad.isEmpty()) {
                assertThat(restore("Password").outcome()).isEqualTo(RestoreReport.Outcome.NOTHING);
            } else {
                assertThatThrownBy(() -> restore("Password"))
                        .as(bad)
                        .isInstanceOf(ComponentException.class)
                        .hasMessage("the member shadow holds no password hash");
            }
        }
        assertThat(read("etc/shadow")).isEqualTo(before);
        members.put("shadow", HASH + "\n");
        restore("Password");
        assertThat(read("etc/shadow")).contains("demo:" + HASH + ":");
    }

    @Test
    void anOpenShellBecomesAJailedOne() throws Exception {
        makeAccount();
        members.put("shell", "/bin/bash\n");

        RestoreReport report = restore("Shell");

        assertThat(read("etc/passwd")).contains("/home/demo:/usr/local/cpanel/bin/jailshell\n");
        assertThat(report.altered())
                .containsExactly("shell: /usr/local/cpanel/bin/jailshell instead of /bin/bash");
        restore("Shell", false);
        assertThat(read("etc/passwd")).contains("/home/demo:/bin/bash\n");
        members.put("shell", "/home/demo/evil\n");
        restore("Shell", false);
        assertThat(read("etc/passwd")).contains("/home/demo:/usr/local/cpanel/bin/jailshell\n");
    }

    @Test
    void aDiskLimitThatIsNoNumberIsLeftOut() throws Exception {
        makeAccount();
        for (String bad : new String[] {"-1", "1e9", "many"}) {
            members.put("quota", bad);
            assertThat(restore("Quota").skipped()).as(bad).isNotEmpty();
        }
        assertThat(read("var/cpanel/users/demo")).doesNotContain("DISK_BLOCK_LIMIT");
        members.put("quota", "100\n");
        restore("Quota");
        assertThat(read("var/cpanel/users/demo")).contains("DISK_BLOCK_LIMIT=102400\n");
    }

    @Test
    void cronLinesAreTakenOneByOne() throws Exception {
        makeAccount();
        members.put(
                "cron/demo",
                "MAILTO=\"a@demo.example\"\nSHELL=/tmp/sh\nLD_PRELOAD=/tmp/x.so\n"
                        + "# note\n5 4 * * * /bin/true\n@daily /bin/true\nroot rm -rf /\n"
                        + "* * * * * a\u0007b\n"
                        + "* * * * * "
                        + "x".repeat(5_000)
                        + "\n* * * * * cat > x%one%two\n"
                        + "@daily date +\\%F > day\n");

        RestoreReport report = restore("Cron");

        assertThat(read("var/spool/cron/demo"))
                .isEqualTo(
                        """
                        MAILTO="a@demo.example"
                        # note
                        5 4 * * * /bin/true
                        @daily /bin/true
                        @daily date +\\%F > day
                        """);
        assertThat(report.skipped())
                .containsExactly(
                        "crontab line 2: sets a variable, not taken from an archive of unknown origin",
                        "crontab line 3: sets a variable, not taken from an archive of unknown origin",
                        "crontab line 7: neither a job nor a variable",
                        "crontab line 8: control characters",
                        "crontab line 9: longer than 4096 characters",
                        "crontab line 10: holds a “%” that is not escaped, which cron takes for the end of a line");
        assertThat(report.counts()).containsEntry("cronjobs", 3L);
    }

    /// One such line, and Debian's cron runs no job of the crontab.
    @Test
    void cronLinesThatCronTakesForErrorsAreToldAndLeftOut() throws Exception {
        makeAccount();
        String sound =
                """
                MAILTO=""
                0,30 0-23/2 1 jan-mar MON,wed /bin/true
                */5 * * * 7 /bin/true
                0 0 31 12 0-7 /bin/true
                """;
        members.put(
                "cron/demo",
                sound.replace("\"\"", "")
                        + "99 * * * * a\n* 24 * * * a\n* * 0 * * a\n* * * 13 * a\n* * * * 8 a\n"
                        + "jan * * * * a\n*/0 * * * * a\n5/10 * * * * a\n9-5 * * * * a\n"
                        + "-5 * * * * a\n1, * * * * a\n5x * * * * a\nMAILTO=\"x\n"
                        + "* * * * * last");

        RestoreReport report = restore("Cron", false);

        assertThat(read("var/spool/cron/demo")).isEqualTo(sound + "* * * * * last\n");
        assertThat(report.skipped())
                .hasSize(13)
                .contains(
                        "crontab line 5: cron takes no “99” for the minute",
                        "crontab line 6: cron takes no “24” for the hour",
                        "crontab line 9: cron takes no “8” for the day of the week",
                        "crontab line 17: quotation marks that do not enclose the value");
    }

    /// `at` has the folder above that of the crontabs, too.
    @Test
    void aServerWithoutCronIsKnown() throws Exception {
        Crontabs crontabs = new Crontabs(new HostFiles(services.root()));
        Files.createDirectories(root.resolve("var/spool/cron/atjobs"));
        assertThat(crontabs.lack()).get().asString().startsWith("no cron on this server");

        put("usr/sbin/crond", "");
        assertThat(crontabs.lack()).isEmpty();

        Files.delete(root.resolve("usr/sbin/crond"));
        Files.createDirectories(root.resolve("var/spool/cron/crontabs"));
        assertThat(crontabs.lack()).isEmpty();
    }

    @Test
    void timesThatCronChoosesAreTakenWhereCronDoesThat() throws Exception {
        makeAccount();
        members.put("cron/demo", "0~59 ~ * * * a\n1 2 * * * b\n");
        assertThat(restore("Cron", false).skipped()).isEmpty();
        assertThat(read("var/spool/cron/demo")).startsWith("0~59 ~ * * * a\n");

        Files.createDirectories(root.resolve("var/spool/cron/crontabs"));
        assertThat(restore("Cron", false).skipped())
                .containsExactly(
                        "crontab line 1: “0~59” has cron choose the minute, which Debian's cron may not do; give it a fixed one");
        assertThat(read("var/spool/cron/crontabs/demo")).isEqualTo("1 2 * * * b\n");
    }

    @Test
    void ftpLoginsGetTheNumbersOfThisServerAndFoldersOfTheHome() throws Exception {
        makeAccount();
        members.put(
                "proftpdpasswd",
                "demo:"
                        + HASH
                        + ":0:0:root:/:/bin/bash\n"
                        + "dev@demo.example:"
                        + HASH
                        + ":0:0:root:/home/demo/www:/bin/bash\n"
                        + "out@demo.example:"
                        + HASH
                        + ":1:1:demo:/etc:/bin/ftpsh\n"
                        + "up@demo.example:"
                        + HASH
                        + ":1:1:demo:/home/demo/../victim:/bin/ftpsh\n"
                        + "x@victim.example:"
                        + HASH
                        + ":1:1:demo:/home/demo:/bin/ftpsh\n"
                        + "no hash@demo.example:x y:1:1:demo:/home/demo:/bin/ftpsh\n");

        RestoreReport report = restore("Ftp");

        assertThat(read("etc/proftpd/demo"))
                .isEqualTo(
                        "demo:"
                                + HASH
                                + ":1000:1000:demo:/home/demo:/bin/ftpsh\n"
                                + "dev@demo.example:"
                                + HASH
                                + ":1000:1000:demo:/home/demo/www:/bin/ftpsh\n");
        assertThat(report.skipped())
                .containsExactly(
                        "proftpdpasswd line 3: its folder lies outside of the home",
                        "proftpdpasswd line 4: its folder lies outside of the home",
                        "proftpdpasswd line 5: a login of no domain that this account has",
                        "proftpdpasswd line 6: not an FTP login");
    }

    @Test
    void zonesThatReadFilesOrLeaveTheirDomainAreRefused() throws Exception {
        makeAccount();
        String head =
                """
                $TTL 14400
                demo.example.\t86400\tIN\tSOA\tns1.x.example.\ta.x.example.\t(
                \t1
                \t2
                \t3
                \t4
                \t5\t)
                demo.example.\t86400\tIN\tNS\tns1.x.example.
                """;
        for (String bad :
                new String[] {
                    "$INCLUDE /etc/shadow\n",
                    "  $include /etc/shadow\n",
                    "$GENERATE 1-1000000 a$ A 192.0.2.1\n",
                    "$ORIGIN victim.example.\n",
                    "www.victim.example.\t60\tIN\tA\t192.0.2.1\n",
                    "a\u0001\t60\tIN\tA\t192.0.2.1\n"
                }) {
            members.put("dnszones/demo.example.db", head + bad);
            RestoreReport report = restore("ZoneFile");
            assertThat(report.skipped())
                    .as(bad)
                    .singleElement()
                    .asString()
                    .startsWith("zone demo.example: refused, line 9: ");
            assertThat(root.resolve("var/named/demo.example.db")).as(bad).doesNotExist();
        }
        members.put("dnszones/victim.example.db", head);
        members.put(
                "dnszones/demo.example.db",
                head
                        + "demo.example.\t60\tIN\tA\t192.0.2.10\n"
                        + "other\t60\tIN\tA\t192.0.2.101\n");
        restore("CpUser");
        RestoreReport report = restore("ZoneFile");
        assertThat(report.skipped())
                .containsExactly("zone victim.example.db: no domain that this account has");
        assertThat(read("var/named/demo.example.db"))
                .contains("IN\tA\t198.51.100.7\n", "IN\tA\t192.0.2.101\n");
        assertThat(root.resolve("var/named/victim.example.db")).doesNotExist();
    }

    @Test
    void aZoneThatNoNameServerCouldLoadReplacesNone() throws Exception {
        makeAccount();
        put("var/named/demo.example.db", "live\n");
        for (String bad :
                new String[] {
                    "",
                    "; SOA \n",
                    "www\t60\tIN\tA\t192.0.2.1\n",
                    "a\t60\tIN\tSOA\tns. a. ( 1 2 3 4 5 )\n"
                }) {
            members.put("dnszones/demo.example.db", bad);
            assertThat(restore("ZoneFile").skipped())
                    .as(bad)
                    .containsExactly(
                            "zone demo.example: refused, it has no SOA record of demo.example");
        }
        members.remove("dnszones/demo.example.db");
        members.put("dnszones/demo.example", "");
        assertThat(restore("ZoneFile").skipped())
                .containsExactly("zone demo.example: not the name of a zone's file (DOMAIN.db)");
        assertThat(read("var/named/demo.example.db")).isEqualTo("live\n");
    }

    /// As a domain has them that was another account's: its owner could go on changing them.
    @Test
    void forwardersOfAnotherUserBecomeTheAccounts() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "files are given away by root only");
        makeAccount();
        put("etc/valiases/demo.example", "*: victim\n");
        Path forwarders = root.resolve("etc/valiases/demo.example");
        Files.setAttribute(forwarders, "unix:uid", 20_500);
        members.put("va/demo.example", "info@demo.example: a@b.example\n");

        restore("Mail");

        assertThat(forwarders).hasContent("info@demo.example: a@b.example");
        assertThat(Files.getAttribute(forwarders, "unix:uid")).isEqualTo(1000);
        Files.setAttribute(forwarders, "unix:mode", 0644);
        restore("Mail");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(forwarders)))
                .as("the account's own keep their rights")
                .isEqualTo("rw-r--r--");
    }

    @Test
    void forwardersThatRunProgramsOrBelongToOthersAreLeftOut() throws Exception {
        makeAccount();
        members.put(
                "va/demo.example",
                """
                info@demo.example: a@b.example
                pipe@demo.example: "|/bin/sh -c id"
                both@demo.example: a@b.example, "|/bin/sh"
                file@demo.example: /etc/passwd
                list@demo.example: :include:/etc/shadow
                x@victim.example: a@b.example
                *: ":fail: No Such User Here"
                """);
        members.put("vf/demo.example", "if true then pipe \"/bin/sh\" endif\n");
        members.put("va/victim.example", "*: demo\n");

        RestoreReport report = restore("Mail");

        assertThat(read("etc/valiases/demo.example"))
                .isEqualTo("info@demo.example: a@b.example\n*: \":fail: No Such User Here\"\n");
        assertThat(root.resolve("etc/vfilters/demo.example")).doesNotExist();
        assertThat(root.resolve("etc/valiases/victim.example")).doesNotExist();
        assertThat(report.skipped()).hasSize(7);
    }

    /// What customers let run is theirs again where root vouches for the archive: the mail server
    /// runs it as the owner of the file.
    @Test
    void forwardersOfAVouchedArchiveRunAsTheAccount() throws Exception {
        makeAccount();
        members.put("va/demo.example", "pipe@demo.example: \"|/home/demo/bin/ticket\"\n");

        assertThat(restore("Mail", false).skipped()).isEmpty();

        Path forwarders = root.resolve("etc/valiases/demo.example");
        assertThat(forwarders).content().contains("|/home/demo/bin/ticket");
        if (Identity.ofProcess().isRoot()) {
            assertThat(Files.getAttribute(forwarders, "unix:uid")).isEqualTo(1000);
        }
    }

    @Test
    void aCertificateFileLargerThanAnyIsNotRead() throws Exception {
        makeAccount();
        members.put("apache_tls/demo.example", "x".repeat((1 << 20) + 1));

        assertThat(restore("SSL").skipped())
                .containsExactly("certificate demo.example: larger than 1048576 bytes");

        assertThat(root.resolve("var/cpanel/ssl/apache_tls/demo.example")).doesNotExist();
    }

    @Test
    void webSiteSettingsAreMadeAnew() throws Exception {
        makeAccount();
        members.put(
                "userdata/demo.example",
                """
                ---
                documentroot: /home/victim/public_html
                phpversion: "ea-php82; evil"
                hascgi: 0
                ifmodule_x:
                  - evil: "Include /etc/shadow"
                user: victim
                """);
        restore("Domains");

        RestoreReport report = restore("userdata");

        assertThat(read("var/cpanel/userdata/demo/demo.example"))
                .contains("documentroot: /home/demo/public_html\n", "hascgi: 0\n", "user: demo\n")
                .doesNotContain("victim", "evil");
        assertThat(report.altered()).anyMatch(item -> item.contains("phpversion"));
    }

    @Test
    void settingsWithTagsOrAnchorsAreNotRead() throws Exception {
        makeAccount();
        members.put("userdata/demo.example", "--- !!java.net.URL [\"http://x.example\"]\n");

        RestoreReport report = restore("userdata");

        assertThat(report.altered()).anyMatch(item -> item.contains("new settings were made"));
        assertThat(read("var/cpanel/userdata/demo/demo.example")).contains("user: demo\n");
    }

    @Test
    void aCertificateThatIsNoneIsRefused() throws Exception {
        makeAccount();
        members.put("apache_tls/demo.example", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n");
        members.put("apache_tls/victim.example", "x");

        RestoreReport report = restore("SSL");

        assertThat(report.skipped())
                .containsExactly(
                        "certificate demo.example: refused, no private key that can be read",
                        "certificate victim.example: no web site that this account has");
        assertThat(root.resolve("var/cpanel/ssl")).doesNotExist();
    }

    @Test
    void privilegesOfResellersAreNeverTaken() throws Exception {
        makeAccount();
        members.put("resellerconfig/resellers", "demo:all\n");
        assertThatThrownBy(() -> restore("Reseller")).isInstanceOf(ComponentException.class);
        assertThat(root.resolve("var/cpanel/resellers")).doesNotExist();
        assertThat(restore("Reseller", false).dangerous()).isNotEmpty();
        assertThat(read("var/cpanel/resellers")).isEqualTo("demo:all\n");
    }

    @Test
    void aSuspendedAccountIsLockedWithoutItsOldShell() throws Exception {
        makeAccount();
        members.put("cp/demo", "DNS=demo.example\nUSER=demo\nSUSPENDED=1\n");
        members.put("suspended/demo", "<script>\n");
        members.put("suspendinfo/demo", "shell=/bin/bash\n");
        members.put("shadow", HASH + "\n");
        restore("Password");

        restore("Suspend");

        assertThat(read("var/cpanel/suspended/demo")).doesNotContain("script");
        assertThat(root.resolve("var/cpanel/suspendinfo/demo")).doesNotExist();
        assertThat(read("etc/shadow")).contains("demo:!" + HASH + ":");
        assertThat(read("var/cpanel/users/demo")).contains("SUSPENDED=1\n");
    }

    @Test
    void theListsOfDomainsAreBroughtUpToDate() throws Exception {
        restore("PreRestoreActions");
        makeAccount();
        assertThat(RestoreLock.of(services, new AccountName("demo")).isHeld()).isTrue();

        restore("PostRestoreActions");

        assertThat(read("etc/userdomains"))
                .isEqualTo("demo.example: demo\nvictim.example: victim\n*: nobody\n");
        assertThat(read("etc/trueuserdomains")).isEqualTo("demo.example: demo\n");
        assertThat(read("etc/userdatadomains"))
                .isEqualTo(
                        "demo.example: demo==root==main==demo.example==/home/demo/public_html"
                                + "==127.0.0.1:80======0==\n");
        assertThat(RestoreLock.of(services, new AccountName("demo")).isHeld()).isFalse();
    }

    /// Two restores that run at a time: the one that comes first has the domain, from then on.
    @Test
    void theFirstRestoreOfADomainHasIt() throws Exception {
        String claimed = "demo.example: demo\nvictim.example: victim\n*: nobody\n";
        for (String module : new String[] {"CpUser", "Domains"}) {
            put("etc/userdomains", "victim.example: victim\n*: nobody\n");
            makeAccount();
            restore(module);
            assertThat(read("etc/userdomains")).as(module).isEqualTo(claimed);
        }
        put("etc/userdomains", claimed.replace(": demo", ": victim"));
        put("etc/valiases/demo.example", "*: victim\n");
        members.put("va/demo.example", "*: demo\n");
        for (String module : new String[] {"CpUser", "Domains", "Mail"}) {
            assertThatThrownBy(() -> restore(module))
                    .hasMessage("the main domain demo.example belongs to account victim");
        }
        assertThat(read("etc/valiases/demo.example")).isEqualTo("*: victim\n");
    }

    @Test
    void aDomainThatAnotherAccountGotMeanwhileStaysThere() throws Exception {
        restore("PreRestoreActions");
        makeAccount();
        put("etc/userdomains", "demo.example: gone\nvictim.example: victim\n*: nobody\n");
        restore("PostRestoreActions");
        String ours = "demo.example: demo\nvictim.example: victim\n*: nobody\n";
        assertThat(read("etc/userdomains")).as("gone is no account").isEqualTo(ours);

        put("etc/userdomains", ours.replace(": demo", ": victim"));
        put("etc/trueuserdomains", "demo.example: victim\n");
        RestoreReport report = restore("PostRestoreActions");

        assertThat(report.dangerous())
                .singleElement()
                .asString()
                .startsWith("domain demo.example: another account got it");
        assertThat(read("etc/userdomains")).isEqualTo(ours.replace(": demo", ": victim"));
        assertThat(read("etc/trueuserdomains")).isEqualTo("demo.example: victim\n");
        assertThat(read("etc/userdatadomains")).isEmpty();
    }

    @Test
    void theCrontabHeadComesAndGoes() {
        String own = "5 4 * * * /bin/true\n";
        String packed = CronText.withHead("demo", own);
        assertThat(packed).startsWith("MAILTO=\"demo\"\nSHELL=\"/bin/sh\"\n");
        assertThat(CronText.withoutHead("demo", packed)).isEqualTo(own);
        String headed = "MAILTO=\"x@y.example\"\nSHELL=\"/bin/bash\"\n" + own;
        assertThat(CronText.withHead("demo", headed)).isEqualTo(headed);
        assertThat(CronText.withoutHead("demo", headed)).isEqualTo(headed);
    }
}
