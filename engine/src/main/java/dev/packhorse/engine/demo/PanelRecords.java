package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.util.List;

/// What a server keeps of an account besides its sites, zones and mail: tokens, sign-in links,
/// routes, lists, logs, figures. `alice` has something of every kind.
final class PanelRecords {
    private static final String TOKEN_HASH =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String INCLUDE =
            "<IfModule mod_headers.c>\n  Header set X-Site alice\n</IfModule>\n";

    private final DemoTree tree;
    private final FileRights secret;
    private final FileRights open;
    private final DemoOwner owner;

    PanelRecords(DemoTree tree, DemoOwner owner) {
        this.tree = tree;
        this.owner = owner;
        this.secret = owner.root(0600);
        this.open = owner.root(0644);
    }

    void write(List<DemoAccount> accounts) throws IOException {
        writeServer();
        DemoAccount alice = accounts.getFirst();
        writeSecrets(alice);
        writeNotes(alice);
        writeMail();
        writeList();
        writeWeb(alice);
        DemoAccount bob = accounts.get(1);
        put(ServiceLayout.resellerTokens(bob.name()), secret, tokens("billing"));
        put(
                ServiceLayout.publicContact(bob.name()),
                secret,
                "{\"name\":\"Bob Hosting\",\"url\":\"https://bob-hosting.example/help\"}");
    }

    private void writeServer() throws IOException {
        put(
                ServiceLayout.SETUP,
                open,
                "ADDR %s\nHOST %s\nNS ns1.packhorse.example\nNS2 ns2.packhorse.example\n"
                        .formatted(DemoAccount.ADDRESS, DemoServer.HOSTNAME));
        put(ServiceLayout.TWEAKS, open, "proxysubdomains=0\nskipspamassassin=0\n");
    }

    private void writeSecrets(DemoAccount account) throws IOException {
        put(ServiceLayout.tokens(account.name()), secret, tokens("deploy"));
        String links = ServiceLayout.signInLinks(account.name());
        tree.folder(links.substring(1), owner.root(0700));
        put(
                links + "/openid_example.json",
                secret,
                "{\"subject-1001\":{\"preferred_username\":\"alice@id.example\",\"link_time\":1760000000}}");
        put(
                ServiceLayout.webCalls(account.name()),
                secret,
                "{\"abcdefgh12345678\":{\"type\":\"DynamicDNS\",\"domain\":\"home.alice.example\","
                        + "\"description\":\"router\",\"created_time\":1760000000}}");
        DomainName domain = new DomainName("alice.example");
        String stem = HostLayout.ZONES_FOLDER + "/K" + domain + ".+013+28024";
        int named = SystemFiles.NAMED_UID;
        put(stem + ".private", owner.rights(0600, named, named), DemoKeys.zoneSecret());
        put(stem + ".key", owner.rights(0644, named, named), DemoKeys.zoneRecord());
    }

    private static String tokens(String name) {
        return "{\"tokens\":{\"%s\":{\"name\":\"%s\",\"create_time\":1760000000,\"expires_at\":null}}}"
                .formatted(TOKEN_HASH, name);
    }

    private void writeNotes(DemoAccount account) throws IOException {
        put(
                ServiceLayout.autoSslExclusions(account.name()),
                secret,
                "{\"excluded_domains\":[\"blog.alice.example\"]}");
        put(
                ServiceLayout.databaseHostNotes(account.name()),
                secret,
                "{\"203.0.113.7\":\"the office\"}");
        String links = ServiceLayout.integrationLinks(account.name());
        tree.folder(links.substring(1), owner.root(0700));
        put(
                links + "/billing.json",
                secret,
                "{\"label\":\"Billing\",\"url\":\"https://billing.example/alice\"}");
        put(ServiceLayout.customLocale("i_house"), open, "---\nfallback: en\n");
        tree.folder("var/cpanel/bandwidth", owner.root(0711));
        tree.file(
                BytePath.of(ServiceLayout.bandwidthDatabase(account.name()).substring(1)),
                0600,
                DemoKeys.sqlite());
        put(ServiceLayout.bandwidthFigure("alice"), open, "3145728");
        put(ServiceLayout.bandwidthFigure("alice.example"), open, "2097152");
    }

    private void writeMail() throws IOException {
        put(ServiceLayout.MAIL_HOLDS, open, "dev@alice.example\n");
        put(ServiceLayout.MAIL_SUSPENSIONS, open, "dave\n");
        put(ServiceLayout.REMOTE_DOMAINS, open, "alice-parked.example\n");
        put(ServiceLayout.SECONDARY_MX, open, "");
        put(ServiceLayout.MANUAL_MX, open, "alices-shop.example: mx.other.example\n");
    }

    /// A mailing list with a public archive.
    private void writeList() throws IOException {
        FileRights folder = owner.rights(02775, SystemFiles.MAILMAN_UID, SystemFiles.MAILMAN_UID);
        FileRights file = owner.rights(0660, SystemFiles.MAILMAN_UID, SystemFiles.MAILMAN_UID);
        String top = ServiceLayout.MAILMAN_FOLDER;
        String list = "news_alice.example";
        for (String each : List.of("/lists", "/archives/private", "/archives/public")) {
            tree.folder((top + each).substring(1), folder);
        }
        tree.folder((top + "/lists/" + list).substring(1), folder);
        put(top + "/lists/" + list + "/config.pck", file, "(dp0\ns'real_name'\ns'News'\n.");
        tree.folder((top + "/archives/private/" + list).substring(1), folder);
        put(top + "/archives/private/" + list + "/index.html", file, "<h1>News</h1>\n");
        tree.symlink(
                (top + "/archives/public/" + list).substring(1), top + "/archives/private/" + list);
    }

    private void writeWeb(DemoAccount account) throws IOException {
        put(
                ServiceLayout.includes("std", account.name()) + "/alice.example/headers.conf",
                open,
                INCLUDE);
        put(ServiceLayout.includes("ssl", account.name()) + "/all.conf", open, INCLUDE);
        tree.folder(ServiceLayout.LOGS_FOLDER.substring(1), owner.root(0711));
        for (String name : List.of("alice.example", "alice.example-ssl_log")) {
            StringBuilder log = new StringBuilder();
            for (int i = 1; i < 50; i++) {
                log.append(request(i, name));
            }
            put(ServiceLayout.LOGS_FOLDER + "/" + name, owner.root(0640), log.toString());
        }
    }

    private static String request(int number, String log) {
        return "198.51.100.%1$d - - [05/Jan/2026:10:%1$02d:00 +0000] \"GET /%2$s HTTP/1.1\" 200 512\n"
                .formatted(number, log);
    }

    private void put(String path, FileRights rights, String content) throws IOException {
        tree.file(path.substring(1), rights, content);
    }
}
