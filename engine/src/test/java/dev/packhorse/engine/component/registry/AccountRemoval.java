package dev.packhorse.engine.component.registry;

import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Takes an account off the demonstration server, with all that tells of it.
public final class AccountRemoval {
    private static final String PANEL = "/var/cpanel/";
    private static final List<String> FILES =
            List.of(
                    "/var/cpanel/users/%s",
                    "/var/spool/cron/%s",
                    "/etc/proftpd/%s",
                    "/var/cpanel/suspended/%s",
                    "/var/cpanel/suspendinfo/%s",
                    "/var/cpanel/authn/api_tokens_v2/cpanel/%s.json",
                    "/var/cpanel/authn/api_tokens_v2/whostmgr/%s.json",
                    "/var/cpanel/ssl/autossl/excludes/%s.json",
                    "/var/cpanel/webcalls/%s.json",
                    "/var/cpanel/public_contact/%s.json",
                    "/var/cpanel/databases/%s.host_notes.json",
                    "/var/cpanel/bandwidth/%s.sqlite",
                    "/var/cpanel/bandwidth.cache/%s");
    private static final List<String> DOMAIN_FILES =
            List.of(
                    "/etc/valiases/%s",
                    "/etc/vfilters/%s",
                    "/etc/vdomainaliases/%s",
                    "/var/named/%s.db",
                    "/var/named/K%s.+013+28024.key",
                    "/var/named/K%s.+013+28024.private",
                    "/var/cpanel/domain_keys/private/%s",
                    "/var/cpanel/domain_keys/public/%s",
                    "/var/cpanel/bandwidth.cache/%s",
                    "/etc/apache2/logs/domlogs/%s",
                    "/etc/apache2/logs/domlogs/%s-ssl_log");

    private AccountRemoval() {}

    static void destroy(DemoRestore server, String name) throws IOException {
        destroy(server.root, new CpanelAccountDirectory(server.root), name);
    }

    /// Takes an account off a server like it.
    public static void destroy(HostRoot server, AccountDirectory accounts, String name)
            throws IOException {
        HostFiles files = new HostFiles(server);
        AccountName account = new AccountName(name);
        for (String domain : accounts.find(account).orElseThrow().domains().all()) {
            for (String path : DOMAIN_FILES) {
                files.remove(path.formatted(domain));
            }
            removeTree(server, PANEL + "ssl/apache_tls", domain);
            removeTree(server, "/usr/local/cpanel/3rdparty/mailman/lists", "news_" + domain);
            removeTree(
                    server,
                    "/usr/local/cpanel/3rdparty/mailman/archives/private",
                    "news_" + domain);
            files.remove("/usr/local/cpanel/3rdparty/mailman/archives/public/news_" + domain);
        }
        for (String path : FILES) {
            files.remove(path.formatted(name));
        }
        removeTree(server, PANEL + "userdata", name);
        removeTree(server, PANEL + "authn/links/users", name);
        removeTree(server, PANEL + "integration/links", name);
        removeTree(server, "/etc/apache2/conf.d/userdata/std/2_4", name);
        removeTree(server, "/etc/apache2/conf.d/userdata/ssl/2_4", name);
        removeTree(server, "/home", name);
        for (String list : List.of("userdomains", "trueuserdomains", "userdatadomains")) {
            keep(server, list, ": " + name, ": " + name + "==");
        }
        keep(server, "outgoing_mail_hold_users", name + ".example", name + ".example");
        keep(server, "digestshadow", name + ":", name + ":");
        new UserDatabase(server).remove(account);
    }

    private static void keep(HostRoot server, String list, String ending, String part)
            throws IOException {
        Path file = server.folder().resolve("etc").resolve(list);
        List<String> kept =
                Files.readAllLines(file).stream()
                        .filter(line -> !line.endsWith(ending) && !line.contains(part))
                        .toList();
        Files.write(file, kept);
    }

    private static void removeTree(HostRoot server, String above, String name) throws IOException {
        Path path = server.folder().resolve(above.substring(1));
        if (Files.isDirectory(path)) {
            try (Directory opened = Directory.openTrusted(path)) {
                opened.removeTree(ByteName.of(name));
            }
        }
    }
}
