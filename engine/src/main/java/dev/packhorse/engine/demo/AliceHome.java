package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.util.List;

/// The home of an ordinary busy customer: sites, mailboxes, an autoresponder, scripts.
final class AliceHome {
    private static final String MAIN = "alice.example";
    private static final List<String> BOXES = List.of("info", "sales", "dev");
    private static final String HASH =
            "$6$mailinfo$T/i.sZaF0T.stVjxbpWvtLtyGYAkeDHIIq42SW8EJVLPTMWuPF9lHAVMNOlGJy3qshrrxPpU6Zqm82hmKcyoZ1";

    private final DemoTree tree;
    private final DemoAccount account;

    AliceHome(DemoTree tree, DemoAccount account) {
        this.tree = tree;
        this.account = account;
    }

    void write() throws IOException {
        new SiteTree(tree).wordpress("public_html", 420);
        new SiteTree(tree).wordpress("public_html/shop", 90);
        new SiteTree(tree).plain("public_html/blog", "blog.alice.example");
        tree.symlink("www", "public_html");
        tree.symlink("access-logs", "/etc/apache2/logs/domlogs/alice");
        tree.file("bin/tidy.sh", 0755, "#!/bin/sh\nfind \"$HOME/tmp\" -type f -mtime +7 -delete\n");
        tree.file("bin/ticket.php", 0755, DemoText.seeded("ticket").php(2_000));
        tree.folder("tmp", 0755);
        tree.folder("logs", 0700);
        tree.file(".contactemail", 0644, "alice@mail.example\n");
        tree.file(".spamassassinenable", 0644, "");
        tree.file(".spamassassin/user_prefs", 0644, "required_score 5\n");
        tree.file(".bashrc", 0644, "umask 022\n");
        tree.file("ssl/certs/alice_example.crt", 0644, DemoKeys.certificate());
        tree.file("ssl/keys/alice_example.key", 0600, DemoKeys.privateKey());
        tree.folder("ssl/csrs", 0755);
        tree.file(BytePath.of("etc/alice.example/info.rcube.db"), 0600, DemoKeys.sqlite());
        tree.file(BytePath.of(".subaccounts/storage.sqlite"), 0600, DemoKeys.sqlite());
        tree.file(
                "etc/webdav/passwd",
                0640,
                "files@alice.example:x:%d:%d::/home/alice/public_html:/sbin/nologin\n"
                        .formatted(account.uid(), account.gid()));
        tree.file("etc/webdav/shadow", 0640, "files@alice.example:" + HASH + ":20000::::::\n");
        writeMailAccounts(MAIN, BOXES);
        writeMailAccounts("alices-shop.example", List.of("orders"));
        writeAutoresponder();
        tree.file("mail/mailbox_format.cpanel", 0644, "maildir");
        maildir("mail", 3);
    }

    private void writeMailAccounts(String domain, List<String> boxes) throws IOException {
        StringBuilder passwd = new StringBuilder();
        StringBuilder shadow = new StringBuilder();
        StringBuilder quota = new StringBuilder();
        for (String box : boxes) {
            passwd.append(
                    "%1$s:x:%2$d:%3$d::/home/alice/mail/%4$s/%1$s:/home/alice\n"
                            .formatted(box, account.uid(), account.gid(), domain));
            shadow.append("%s:%s:20000::::::\n".formatted(box, HASH));
            quota.append("%s:262144000\n".formatted(box));
            maildir("mail/" + domain + "/" + box, 24);
            maildir("mail/" + domain + "/" + box + "/.Sent", 8);
            maildir("mail/" + domain + "/" + box + "/.Archive.2025", 6);
            tree.symlink("mail/." + box + "@" + domain.replace('.', '_'), domain + "/" + box);
        }
        String folder = "etc/" + domain;
        tree.file(folder + "/passwd", 0640, passwd.toString());
        tree.file(folder + "/shadow", 0640, shadow.toString());
        tree.file(folder + "/quota", 0640, quota.toString());
        tree.file(
                folder + "/" + boxes.getFirst() + "/filter",
                0640,
                "# Exim filter\nif $header_subject: contains \"[spam]\" then fail endif\n");
    }

    private void maildir(String folder, int messages) throws IOException {
        tree.folder(folder + "/tmp", 0751);
        tree.folder(folder + "/new", 0751);
        for (int i = 0; i < messages; i++) {
            String place = folder + (i % 5 == 0 ? "/new/" : "/cur/");
            String mark = i % 5 == 0 ? "" : ":2,S";
            String name =
                    "%d.M%06dP%d.mail,S=%d%s"
                            .formatted(
                                    1_760_000_000L + i * 3_607L,
                                    i * 7_919 % 1_000_000,
                                    4_000 + i,
                                    900,
                                    mark);
            tree.file(place + name, 0640, message(folder + i, i));
        }
        tree.file(folder + "/maildirsize", 0640, "262144000S\n21600 24\n");
        tree.file(folder + "/dovecot-uidlist", 0640, "3 V1760000000 N%d\n".formatted(messages));
    }

    private static String message(String seed, int number) {
        return """
        Return-Path: <customer%1$d@other.example>
        Date: Mon, 05 Jan 2026 10:%2$02d:00 +0000
        From: Customer %1$d <customer%1$d@other.example>
        To: info@alice.example
        Subject: Question %1$d
        Message-ID: <%1$d.demo@other.example>
        Content-Type: text/plain; charset=utf-8

        %3$s
        """
                .formatted(number, number % 60, DemoText.seeded(seed).prose(600));
    }

    private void writeAutoresponder() throws IOException {
        tree.file(
                ".autorespond/away@alice.example",
                0644,
                """
                From: "Alice" <away@alice.example>
                Subject: Away until Monday
                Content-type: text/plain; charset=utf-8

                Back on Monday.
                """);
        tree.file(
                ".autorespond/away@alice.example.json",
                0644,
                "{\"start\":1767225600,\"stop\":1798761600}\n");
    }

    /// What every home has.
    static void common(DemoTree tree, DemoAccount account) throws IOException {
        String domain = account.domains().main();
        new SiteTree(tree).plain("public_html", domain);
        tree.symlink("www", "public_html");
        if (account.suspended()) {
            tree.file(
                    "public_html/.htaccess",
                    0644,
                    "RedirectMatch 302 \"^/\" \"/cgi-sys/suspendedpage.cgi\"\n");
        }
        tree.file("mail/mailbox_format.cpanel", 0644, "maildir");
        tree.folder("mail/cur", 0751);
        tree.folder("mail/new", 0751);
        tree.folder("mail/tmp", 0751);
        tree.folder("etc/" + domain, 0750);
        tree.folder("tmp", 0755);
        tree.file(".contactemail", 0644, account.name() + "@mail.example\n");
        tree.file(
                BytePath.of("public_html/picture.jpg"), 0644, DemoText.seeded(domain).jpeg(40_000));
    }
}
