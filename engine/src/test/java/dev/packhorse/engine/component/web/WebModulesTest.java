package dev.packhorse.engine.component.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.ComponentException;
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

/// Web sites: logs, includes, links, owners, `.htaccess`, and the web server. Needs root, for an
/// account with a number of its own.
class WebModulesTest {
    private static final int DEMO = 1_000;
    private static final int NOBODY = 65_534;

    @TempDir Path folder;

    private SmallServer server;
    private Path home;

    @BeforeEach
    void makeAccount() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root");
        server = new SmallServer(folder);
        server.makeAccount();
        home = server.root.resolve("home/demo");
    }

    private Path own(String path, String content) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        for (Path each = file; each != null && !each.equals(home); each = each.getParent()) {
            Files.setAttribute(each, "unix:uid", DEMO);
            Files.setAttribute(each, "unix:gid", DEMO);
        }
        return file;
    }

    private static Object uid(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    private Path program(String name, String script) throws IOException {
        Path programs = folder.resolve("programs");
        Files.createDirectories(programs);
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = programs.resolve(name);
        Files.writeString(
                file, "#!/bin/sh\necho \"$@\" >> '%s/calls'\n%s\n".formatted(folder, script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    @Test
    void logsOfOthersAndNewerEntriesStay() throws Exception {
        server.put("etc/apache2/logs/domlogs/demo.example", "one\ntwo\nthree\n");
        server.put("etc/apache2/logs/domlogs/demo.example-bytes_log", "other\n");
        server.members.put("logs/demo.example", "one\ntwo\n");
        server.members.put("logs/demo.example-ssl_log", "tls\n");
        server.members.put("logs/demo.example-bytes_log", "1\n");
        server.members.put("logs/victim.example", "x\n");

        RestoreReport report = server.restore("Logs", true);

        String logs = "etc/apache2/logs/domlogs/";
        assertThat(server.read(logs + "demo.example")).isEqualTo("one\ntwo\nthree\n");
        assertThat(server.read(logs + "demo.example-ssl_log")).isEqualTo("tls\n");
        assertThat(server.read(logs + "demo.example-bytes_log")).isEqualTo("other\n");
        assertThat(server.has(logs + "victim.example")).isFalse();
        assertThat(report.skipped())
                .containsExactlyInAnyOrder(
                        "log demo.example-bytes_log: has other entries on this server",
                        "logs/victim.example: no log of this account");
    }

    @Test
    void includesThatTheWebServerRefusesAreTakenOutAgain() throws Exception {
        String place = "etc/apache2/conf.d/userdata/std/2_4/demo/";
        server.put(place + "kept.conf", "old\n");
        server.members.put("httpfiles/std/kept.conf", "new\n");
        server.members.put("httpfiles/std/demo.example/a.conf", "a\n");
        server.members.put("httpfiles/std/victim.example/b.conf", "b\n");
        server.members.put("httpfiles/std/evil.sh", "c\n");
        Path programs = program("apachectl", "echo no such directive >&2; exit 1");
        VhostIncludesComponent module = new VhostIncludesComponent(ServicePrograms.in(programs));

        assertThatThrownBy(() -> server.restore(module, false, RestoreOptions.ALL))
                .isInstanceOf(ComponentException.class)
                .hasMessageContaining("taken out again")
                .hasMessageContaining("no such directive");
        assertThat(server.read(place + "kept.conf")).isEqualTo("old\n");
        assertThat(server.has(place + "demo.example/a.conf")).isFalse();

        program("apachectl", "exit 0");
        RestoreReport report = server.restore(module, false, RestoreOptions.ALL);
        assertThat(server.read(place + "kept.conf")).isEqualTo("new\n");
        assertThat(server.read(place + "demo.example/a.conf")).isEqualTo("a\n");
        assertThat(server.has(place + "victim.example")).isFalse();
        assertThat(report.skipped()).hasSize(2);
        assertThat(Files.readString(folder.resolve("calls"))).isEqualTo("configtest\nconfigtest\n");
    }

    @Test
    void theWebServerIsReloadedOnlyIfItsConfigurationIsSound() throws Exception {
        Path programs = program("apachectl", "exit 0");
        VhostsComponent module = new VhostsComponent(ServicePrograms.in(programs));
        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(Files.readString(folder.resolve("calls"))).isEqualTo("configtest\ngraceful\n");

        program("apachectl", "exit 1");
        assertThatThrownBy(() -> server.restore(module, true, RestoreOptions.ALL))
                .hasMessageStartingWith(
                        "the web server refuses its configuration and was not reloaded: ");
        assertThat(Files.readString(folder.resolve("calls"))).endsWith("graceful\nconfigtest\n");

        Path none = Files.createDirectory(folder.resolve("none"));
        assertThat(
                        server.restore(
                                        new VhostsComponent(ServicePrograms.in(none)),
                                        true,
                                        RestoreOptions.ALL)
                                .skipped())
                .containsExactly("no web server on this server (apachectl, nginx)");
        assertThat(server.restore("Vhosts", true).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void aSiteWithACertificateHasAHostForTls() throws Exception {
        server.put("var/cpanel/ssl/apache_tls/demo.example/combined", "x\n");
        server.members.put("userdata/main", "---\nmain_domain: demo.example\n");
        String site = "---\nphpversion: ea-php82\nhascgi: 0\n";
        server.members.put("userdata/demo.example", site);
        server.members.put("userdata/demo.example_SSL", site + "port: 443\nevil: x\n");
        server.members.put("apache_tls/victim.example", "x");
        server.restore("Domains", true);
        server.restore("userdata", true);

        server.restore("SSL", true);

        String twin = "var/cpanel/userdata/demo/demo.example_SSL";
        String plain = "var/cpanel/userdata/demo/demo.example";
        assertThat(server.read(twin))
                .contains("port: 443\n", "ssl: 1\n", "phpversion: ea-php82\n")
                .contains("hascgi: 0\n", "documentroot: /home/demo/public_html\n")
                .doesNotContain("evil");
        assertThat(server.read(plain)).contains("port: 80\n").doesNotContain("ssl: 1");
        server.put(twin, "---\nport: 443\nown: 1\nphpversion: ea-php81\n");
        server.restore("SSL", true);
        assertThat(server.read(twin))
                .as("one that is there stays")
                .contains("own: 1", "phpversion: ea-php81");
    }

    @Test
    void aHostForTlsServesWhatItsSiteServes() throws Exception {
        server.put("var/cpanel/ssl/apache_tls/demo.example/combined", "x\n");
        server.members.put(
                "userdata/main",
                "---\nmain_domain: demo.example\nparked_domains:\n  - parked.example\n");
        server.members.put("userdata/demo.example", "---\nphpversion: ea-php82\n");
        server.members.put("apache_tls/victim.example", "x");
        String twin = "var/cpanel/userdata/demo/demo.example_SSL";
        String old =
                "---\ndocumentroot: /home/demo/old\nown: 1\nserveralias: www.demo.example\nuser: x\n";
        server.restore("Domains", true);

        for (String module : new String[] {"userdata", "SSL"}) {
            server.put(twin, old);

            server.restore(module, true);

            assertThat(server.read(twin))
                    .as(module)
                    .contains("own: 1", "documentroot: /home/demo/public_html\n", "user: demo\n")
                    .containsPattern("serveralias: .*parked.example");
        }
        server.put(twin, "no: [yaml");
        server.restore("SSL", true);
        assertThat(server.read(twin)).isEqualTo("no: [yaml");
    }

    @Test
    void rulesOfOldServersBecomeComments() throws Exception {
        Path rules =
                own(
                        "public_html/.htaccess",
                        "RewriteEngine On\nAuthUserFile /home/x/public_html/_vti_pvt/service.pwd\n"
                                + "AddHandler application/x-httpd-php5 .php\n# caf\u00e9\nDeny from all");
        Files.setPosixFilePermissions(rules, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(server.restore("Htaccess", true).altered()).hasSize(1);

        assertThat(Files.readString(rules))
                .isEqualTo(
                        "RewriteEngine On\n# taken out by a restore: AuthUserFile"
                                + " /home/x/public_html/_vti_pvt/service.pwd\n# taken out by a"
                                + " restore: AddHandler application/x-httpd-php5 .php\n# caf\u00e9\n"
                                + "Deny from all");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rules)))
                .isEqualTo("rw-r-----");
        assertThat(uid(rules)).isEqualTo(DEMO);
        assertThat(server.restore("Htaccess", true).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void linksInThePlaceOfRulesAreNotFollowed() throws Exception {
        String stale = "AddHandler application/x-httpd-php5 .php\n";
        server.put("etc/victim.htaccess", stale);
        own("public_html/index.html", "x");
        Files.createSymbolicLink(
                home.resolve("public_html/.htaccess"), server.root.resolve("etc/victim.htaccess"));

        assertThat(server.restore("Htaccess", true).outcome()).isEqualTo(Outcome.NOTHING);

        assertThat(server.read("etc/victim.htaccess")).isEqualTo(stale);
    }

    @Test
    void theRedirectOfASuspensionGoes() throws Exception {
        String redirect = "RedirectMatch .* http://old.example/cgi-sys/suspendedpage.cgi\n";
        own("public_html/.htaccess", redirect);
        own("public_html/.htaccess.suspend", "Options -Indexes\n");
        assertThat(server.restore("Unsuspend", true).altered()).hasSize(1);
        assertThat(home.resolve("public_html/.htaccess")).hasContent("Options -Indexes");
        assertThat(home.resolve("public_html/.htaccess.suspend")).doesNotExist();

        own("public_html/.htaccess", "A\n" + redirect + "B\n");
        server.restore("Unsuspend", true);
        assertThat(home.resolve("public_html/.htaccess")).hasContent("A\nB\n");

        own("public_html/.htaccess", redirect);
        server.restore("Unsuspend", true);
        assertThat(home.resolve("public_html/.htaccess")).doesNotExist();
        assertThat(server.restore("Unsuspend", true).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void oldFoldersOfSitesAreLinkedInsideTheHome() throws Exception {
        own("public_html/index.html", "x");
        server.members.put("userdata/main", "---\nmain_domain: demo.example\n");
        server.members.put("userdata/demo.example", "---\ndocumentroot: /home/demo/www_old\n");

        assertThat(server.restore("PublicHtmlSymlinks", true).altered()).hasSize(1);

        assertThat(Files.readSymbolicLink(home.resolve("www_old")))
                .isEqualTo(Path.of("/home/demo/public_html"));
        assertThat(uid(home.resolve("www_old"))).isEqualTo(DEMO);
        server.members.put("userdata/demo.example", "---\ndocumentroot: /etc/evil\n");
        assertThat(server.restore("PublicHtmlSymlinks", true).skipped())
                .containsExactly("the old folder of demo.example: lies outside of the home");
        assertThat(server.has("etc/evil")).isFalse();
    }

    @Test
    void formerHomesAreLinkedOnlyAmongHomes() throws Exception {
        Files.createDirectories(server.root.resolve("home2"));
        Files.createDirectories(server.root.resolve("home3/demo"));
        server.members.put(
                "homedir_paths",
                "/home/demo\n/home2/demo\n/home3/demo\n/etc/demo\n/home2/victim\n/home9/demo\n/home2/../etc/demo\n");

        RestoreReport report = server.restore("OldHomedirs", false);

        assertThat(Files.readSymbolicLink(server.root.resolve("home2/demo")))
                .isEqualTo(Path.of("/home/demo"));
        assertThat(server.root.resolve("home3/demo")).isDirectory();
        assertThat(server.has("etc/demo")).isFalse();
        assertThat(server.has("home2/victim")).isFalse();
        assertThat(report.skipped()).hasSize(4);
        assertThat(report.counts()).containsEntry("homelinks", 1L);
        assertThat(server.restore("OldHomedirs", false)).isEqualTo(report);
        assertThatThrownBy(() -> server.restore("OldHomedirs", true))
                .isInstanceOf(ComponentException.class);
    }

    @Test
    void theWebFolderIsClosedWhereTheServerDoesThat() throws Exception {
        own("public_html/index.html", "x");
        Path site = home.resolve("public_html");
        Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(server.restore("FileProtect", true).outcome()).isEqualTo(Outcome.NOTHING);
        server.put("var/cpanel/fileprotect", "");

        assertThat(server.restore("FileProtect", true).altered()).hasSize(1);

        assertThat(Files.getAttribute(site, "unix:gid")).isEqualTo(NOBODY);
        assertThat(uid(site)).isEqualTo(DEMO);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(site)))
                .isEqualTo("rwxr-x---");
        assertThat(server.restore("FileProtect", true).altered()).isEmpty();
    }

    @Test
    void onlyOwnFilesAreGivenToNobody() throws Exception {
        Path plain = own("public_html/cache/a.txt", "x");
        Path linked = own("public_html/linked", "x");
        Files.createLink(home.resolve("public_html/second"), linked);
        Path special = own("public_html/special", "x");
        Files.setAttribute(special, "unix:mode", 04755);
        Path roots = server.root.resolve("home/demo/public_html/roots");
        Files.writeString(roots, "x");
        server.put("etc/target", "x");
        Files.createSymbolicLink(
                home.resolve("public_html/link"), server.root.resolve("etc/target"));
        Files.createSymbolicLink(home.resolve("public_html/folder"), server.root.resolve("etc"));
        server.members.put(
                "nobodyfiles",
                """
                public_html/cache
                public_html/cache/a.txt
                public_html/linked
                public_html/special
                public_html/roots
                public_html/link
                public_html/folder/target
                ../victim/x
                /etc/target
                public_html/absent
                """);

        RestoreReport report = server.restore("NobodyFiles", true);

        assertThat(uid(plain)).isEqualTo(NOBODY);
        assertThat(uid(home.resolve("public_html/cache"))).isEqualTo(NOBODY);
        for (Path each : new Path[] {linked, special}) {
            assertThat(uid(each)).as("%s", each).isEqualTo(DEMO);
        }
        assertThat(uid(roots)).isEqualTo(0);
        assertThat(uid(server.root.resolve("etc/target"))).isEqualTo(0);
        assertThat(report.counts()).containsEntry("nobodyfiles", 2L);
        assertThat(report.skipped()).hasSize(8);
        assertThat(server.restore("NobodyFiles", true)).isEqualTo(report);
    }

    @Test
    void webDiskLoginsGetTheNumbersOfThisServerAndFoldersOfTheHome() throws Exception {
        server.members.put("homedir_paths", "/home7/demo\n");
        own(
                "etc/webdav/passwd",
                """
                a@demo.example:x:0:0::/home7/demo/public_html:/sbin/nologin
                b@demo.example:x:1:1::/etc:/sbin/nologin
                c@demo.example:x:1:1::/home/demo/../victim:/sbin/nologin
                rubbish
                """);

        RestoreReport report = server.restore("WebDiskHomedir", true);

        assertThat(server.read("home/demo/etc/webdav/passwd"))
                .isEqualTo(
                        """
                        a@demo.example:x:1000:1000::/home/demo/public_html:/sbin/nologin
                        b@demo.example:x:1000:1000::/home/demo:/sbin/nologin
                        c@demo.example:x:1000:1000::/home/demo:/sbin/nologin
                        """);
        assertThat(report.counts()).containsEntry("webdisks", 3L);
        assertThat(report.skipped()).hasSize(1);
        assertThat(server.restore("WebDiskHomedir", true).altered()).isEmpty();
    }
}
