package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.FileRights;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// The files of the operating system: users, groups, passwords, names.
final class SystemFiles {
    static final int MAIL_GID = 12;
    static final int NAMED_UID = 25;
    static final int MAILMAN_UID = 41;
    private static final int DAY = 20_000;

    private static final String GROUP =
            """
            root:x:0:
            bin:x:1:
            mail:x:12:
            named:x:25:
            mailman:x:41:
            nobody:x:65534:
            """;

    private final DemoTree tree;
    private final DemoOwner owner;

    SystemFiles(DemoTree tree, DemoOwner owner) {
        this.tree = tree;
        this.owner = owner;
    }

    void write(List<DemoAccount> accounts) throws IOException {
        FileRights open = owner.root(0644);
        FileRights secret = owner.root(0600);
        tree.file(
                "etc/passwd",
                open,
                systemUsers() + lines(accounts, "%1$s:x:%2$d:%3$d::/home/%1$s:%4$s\n"));
        tree.file("etc/group", open, GROUP + lines(accounts, "%1$s:x:%3$d:\n"));
        tree.file(
                "etc/shadow",
                secret,
                systemPasswords() + lines(accounts, "%1$s:%5$s:" + DAY + ":0:99999:7:::\n"));
        tree.file("etc/hostname", open, DemoServer.HOSTNAME + "\n");
        tree.file(
                "etc/shells",
                open,
                """
                /bin/sh
                /bin/bash
                /usr/local/cpanel/bin/jailshell
                /usr/local/cpanel/bin/noshell
                """);
        tree.file(
                "etc/digestshadow",
                secret,
                "alice:Restricted Area:5f4dcc3b5aa765d61d8327deb882cf99\n");
        tree.folder("backup", owner.root(0711));
        tree.folder("home", owner.root(0711));
        tree.folder("root", owner.root(0700));
    }

    private static String lines(List<DemoAccount> accounts, String format) {
        return accounts.stream()
                .map(each ->
                        format.formatted(
                                each.name(),
                                each.uid(),
                                each.gid(),
                                each.shell(),
                                each.passwordHash()))
                .collect(Collectors.joining());
    }

    private String systemUsers() {
        return """
        root:x:%d:%d:root:/root:/bin/bash
        bin:x:1:1:bin:/bin:/sbin/nologin
        mail:x:8:12:mail:/var/spool/mail:/sbin/nologin
        named:x:25:25:Named:/var/named:/bin/false
        mailman:x:41:41:Mailing lists:/usr/local/cpanel/3rdparty/mailman:/sbin/nologin
        nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin
        """
                .formatted(owner.uid(0), owner.gid(0));
    }

    private static String systemPasswords() {
        return """
        root:%s:20000:0:99999:7:::
        bin:*:20000:0:99999:7:::
        mail:*:20000:0:99999:7:::
        named:!!:20000::::::
        mailman:!!:20000::::::
        nobody:*:20000:0:99999:7:::
        """
                .formatted(DemoServer.ROOT_PASSWORD_HASH);
    }
}
