package dev.packhorse.engine.component.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Routes, limits, lists and mailboxes. Needs root, for an account with a number of its own.
class MailModulesTest {
    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeAccount() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new SmallServer(folder);
        server.makeAccount();
    }

    private Path inHome(String path, String content, String mode) throws IOException {
        Path home = server.root.resolve("home/demo");
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        for (Path each = file; each != null && !each.equals(home); each = each.getParent()) {
            Files.setAttribute(each, "unix:uid", 1000);
            Files.setAttribute(each, "unix:gid", 1000);
        }
        return file;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void onlyOwnSendersAreLimited() throws Exception {
        server.put("etc/outgoing_mail_hold_users", "victim\nc@demo.example\n");
        server.put("etc/outgoing_mail_suspended_users", "demo\n");
        server.members.put(
                "mail_limits.json",
                "{\"hold\":[\"demo\",\"a@demo.example\",\"victim\",\"b@victim.example\",\"x y@demo.example\"],"
                        + "\"suspended\":[7]}");

        RestoreReport report = server.restore("MailLimits", true);

        assertThat(server.read("etc/outgoing_mail_hold_users"))
                .isEqualTo("victim\nc@demo.example\ndemo\na@demo.example\n");
        assertThat(server.read("etc/outgoing_mail_suspended_users"))
                .as("what this server has set stays")
                .isEqualTo("demo\n");
        assertThat(report.skipped()).hasSize(4);
        assertThat(server.restore("MailLimits", true)).isEqualTo(report);
        assertThat(server.read("etc/outgoing_mail_hold_users"))
                .isEqualTo("victim\nc@demo.example\ndemo\na@demo.example\n");
    }

    @Test
    void aDomainIsInTheOneListThatItsRoutingSays() throws Exception {
        server.put("etc/localdomains", "host.example\ndemo.example\nvictim.example\n");
        server.put(
                "var/cpanel/users/demo",
                "DNS=demo.example\nMXCHECK-demo.example=remote\nUSER=demo\n");
        server.restore("MailRouting", true);
        assertThat(server.read("etc/localdomains")).isEqualTo("host.example\nvictim.example\n");
        assertThat(server.read("etc/remotedomains")).isEqualTo("demo.example\n");

        server.put(
                "var/cpanel/users/demo",
                "DNS=demo.example\nMXCHECK-demo.example=secondary\nUSER=demo\n");
        server.restore("MailRouting", true);
        assertThat(server.read("etc/remotedomains")).isEmpty();
        assertThat(server.read("etc/secondarymx")).isEqualTo("demo.example\n");

        server.put("var/cpanel/users/demo", "DNS=demo.example\nUSER=demo\n");
        server.restore("MailRouting", true);
        assertThat(server.read("etc/localdomains"))
                .isEqualTo("host.example\nvictim.example\ndemo.example\n");
        assertThat(server.read("etc/secondarymx")).isEmpty();
    }

    @Test
    void routesAreForOwnDomainsAndTold() throws Exception {
        server.put("etc/manualmx", "victim.example: mx.victim.example\n");
        server.members.put(
                "manualmx",
                "demo.example: mx.other.example\nvictim.example: mx.evil.example\ndemo.example: a b\n");

        RestoreReport report = server.restore("ManualMX", true);

        assertThat(server.read("etc/manualmx"))
                .isEqualTo("victim.example: mx.victim.example\ndemo.example: mx.other.example\n");
        assertThat(report.dangerous()).hasSize(1);
        assertThat(report.skipped()).hasSize(2);
    }

    @Test
    void listsNeedMailmanAndATrustedArchive() throws Exception {
        server.members.put("mm/news_demo.example/config.pck", "cos\nsystem\n");
        server.members.put("mm/news_victim.example/config.pck", "x");
        assertThat(server.restore("Mailman", false).skipped())
                .containsExactly("no Mailman on this server");

        server.put("etc/passwd", server.read("etc/passwd") + "mailman:x:41:41::/:/sbin/nologin\n");
        server.put("usr/local/cpanel/3rdparty/mailman/lists/mailman/config.pck", "own");
        assertThat(server.restore("Mailman", true).skipped())
                .hasSize(2)
                .allMatch(each -> each.contains("could run code"));
        assertThat(server.has("usr/local/cpanel/3rdparty/mailman/lists/news_demo.example"))
                .isFalse();

        RestoreReport report = server.restore("Mailman", false);
        assertThat(report.skipped()).containsExactly("news_victim.example: no list of the account");
        assertThat(
                        server.read(
                                "usr/local/cpanel/3rdparty/mailman/lists/news_demo.example/config.pck"))
                .isEqualTo("cos\nsystem\n");
        assertThat(report.counts()).containsEntry("lists", 1L);
    }

    @Test
    void mailboxesAreClosedToOthers() throws Exception {
        Path shadow = inHome("etc/demo.example/shadow", "info:x\n", "rw-r--r--");
        Path message = inHome("mail/demo.example/info/cur/1", "Subject: x\n", "rw-rw-rw-");
        Path box = server.root.resolve("home/demo/mail/demo.example/info");
        Files.setPosixFilePermissions(box, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createSymbolicLink(
                server.root.resolve("home/demo/mail/out"), server.root.resolve("etc"));

        RestoreReport report = server.restore("MailFix", true);

        assertThat(mode(shadow)).isEqualTo("rw-r-----");
        assertThat(mode(box)).isEqualTo("rwxr-xr-x");
        assertThat(mode(message)).as("messages are not looked at").isEqualTo("rw-rw-rw-");
        assertThat(server.read("home/demo/mail/mailbox_format.cpanel")).isEqualTo("maildir");
        assertThat(report.altered()).hasSize(3);
        assertThat(server.restore("MailFix", true).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void dovecotCountsTheMailboxesAnew() throws Exception {
        inHome(
                "etc/demo.example/passwd",
                line("info") + line("sales.team") + line("-u"),
                "rw-r-----");
        inHome("etc/victim.example/passwd", line("boss"), "rw-r-----");
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path doveadm = programs.resolve("doveadm");
        Files.writeString(
                doveadm, "#!/bin/sh\necho \"$*\" >> %s\n".formatted(folder.resolve("calls")));
        Files.setPosixFilePermissions(doveadm, PosixFilePermissions.fromString("rwxr-xr-x"));
        MailFixComponent module = new MailFixComponent(ServicePrograms.in(programs));

        server.restore(module, true, RestoreOptions.ALL);

        assertThat(folder.resolve("calls"))
                .hasContent(
                        "quota recalc -u info@demo.example\nquota recalc -u sales.team@demo.example\n");

        Files.writeString(doveadm, "#!/bin/sh\necho no such command >&2\nexit 64\n");
        assertThat(server.restore(module, true, RestoreOptions.ALL).skipped()).isEmpty();
        Files.delete(doveadm);
        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.NOTHING);
    }

    private static String line(String box) {
        return box + ":x:1000:1000::/home/demo/mail/demo.example/" + box + ":/home/demo\n";
    }

    @Test
    void addressBooksAreSqliteAndPrivate() throws Exception {
        Path sound = inHome("etc/demo.example/info.rcube.db", "SQLite format 3\0", "rw-r--r--");
        inHome("etc/demo.example/bad.rcube.db", "#!/bin/sh\n", "rw-------");
        server.members.put("mysql/roundcube.sql", "INSERT");

        RestoreReport report = server.restore("Roundcube", true);

        assertThat(mode(sound)).isEqualTo("rw-------");
        assertThat(report.dangerous())
                .containsExactly("etc/demo.example/bad.rcube.db: not a SQLite file");
        assertThat(report.skipped()).hasSize(1);
        assertThat(report.counts()).containsEntry("books", 1L);
    }

    @Test
    void subAccountsAreSqliteAndPrivate() throws Exception {
        assertThat(server.restore("Subaccount", false).outcome()).isEqualTo(Outcome.NOTHING);
        Path list = inHome(".subaccounts/storage.sqlite", "SQLite format 3\0", "rw-rw-r--");

        assertThat(server.restore("Subaccount", false).counts()).containsEntry("lists", 1L);

        assertThat(mode(list)).isEqualTo("rw-------");
    }

    @Test
    void theSpamFilterGoesOffWhereTheServerHasNone() throws Exception {
        Path on = inHome(".spamassassinenable", "", "rw-r--r--");
        assertThat(server.restore("SpamAssassin", false).outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(on).exists();

        server.put("var/cpanel/cpanel.config", "skipspamassassin=1\n");
        assertThat(server.restore("SpamAssassin", false).altered()).hasSize(1);
        assertThat(on).doesNotExist();
    }

    @Test
    void nothingIsFetchedFromAnOldServer() throws Exception {
        assertThat(server.restore("MailSync", true).outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(server.restore("ResyncHomedir", true).outcome()).isEqualTo(Outcome.NOTHING);
    }
}
