package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.VirtualHost;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files that describe accounts, domains, packages and resellers.
final class PanelFiles {
    private static final long START = 1_700_000_000L;
    private static final List<String> UNLIMITED =
            List.of("MAXFTP", "MAXLST", "MAXPARK", "MAXPOP", "MAXSQL", "MAXSUB");

    private static final String BACKUP_CONFIG =
            """
            ---
            BACKUPACCTS: 'yes'
            BACKUPDAYS: 0,1,2,3,4,5,6
            BACKUPDIR: /backup
            BACKUPENABLE: 'yes'
            BACKUPFILES: 'no'
            BACKUPLOGS: 'no'
            BACKUPSUSPENDEDACCTS: 'yes'
            BACKUPTYPE: compressed
            BACKUP_DAILY_ENABLE: 'yes'
            BACKUP_DAILY_RETENTION: 4
            BACKUP_MONTHLY_DATES: 1
            BACKUP_MONTHLY_ENABLE: 'no'
            BACKUP_MONTHLY_RETENTION: 1
            BACKUP_WEEKLY_DAY: 0
            BACKUP_WEEKLY_ENABLE: 'no'
            BACKUP_WEEKLY_RETENTION: 4
            KEEPLOCAL: 1
            MYSQLBACKUP: accounts
            PSQLBACKUP: 'no'
            """;

    private static final String PACKAGE =
            """
            BWLIMIT=unlimited
            CGI=y
            CPMOD=jupiter
            DIGESTAUTH=n
            FEATURELIST=default
            HASSHELL=y
            IP=n
            LANG=en
            MAXADDON=%1$s
            MAXFTP=unlimited
            MAXLST=unlimited
            MAXPARK=%1$s
            MAXPOP=unlimited
            MAXSQL=unlimited
            MAXSUB=unlimited
            MAX_EMAIL_PER_HOUR=unlimited
            QUOTA=%2$s
            """;

    private final DemoTree tree;
    private final DemoOwner owner;

    PanelFiles(DemoTree tree, DemoOwner owner) {
        this.tree = tree;
        this.owner = owner;
    }

    void write(List<DemoAccount> accounts) throws IOException {
        for (DemoAccount account : accounts) {
            writeAccount(account);
        }
        writeDomainLists(accounts);
        FileRights open = owner.root(0644);
        put(HostLayout.BACKUP_CONFIG, owner.root(0600), BACKUP_CONFIG);
        put(HostLayout.hostingPackage("default"), open, PACKAGE.formatted("5", "10240"));
        put(HostLayout.hostingPackage("business"), open, PACKAGE.formatted("unlimited", "51200"));
        put(HostLayout.hostingPackage("reseller"), open, PACKAGE.formatted("10", "102400"));
        put(HostLayout.hostingPackage("bob_small"), open, PACKAGE.formatted("1", "2048"));
        put(HostLayout.featureList("default"), open, "cron=1\nftpaccts=1\nsubdomains=1\n");
        put(HostLayout.featureList("bob_basic"), open, "cron=0\nftpaccts=1\nsubdomains=1\n");
        put(
                HostLayout.RESELLERS,
                open,
                "bob:add-pkg,create-acct,edit-account,kill-acct,list-accts,show-bandwidth,"
                        + "suspend-acct\n");
        put(
                HostLayout.RESELLERS_NAMESERVERS,
                open,
                "bob:ns1.bob-hosting.example,ns2.bob-hosting.example\n");
    }

    private void writeAccount(DemoAccount account) throws IOException {
        FileRights shared = owner.rights(0640, 0, account.gid());
        put(HostLayout.users(account.name()), shared, AccountFile.render(settings(account)));
        DomainViews views = new DomainViews(account.domains(), account.site());
        String folder = HostLayout.userdataFolder(account.name());
        tree.folder(relative(folder), owner.rights(0750, 0, account.gid()));
        put(HostLayout.userdataMain(account.name()), shared, views.userdataMain());
        put(HostLayout.userdataCache(account.name()), shared, views.cacheJson());
        for (Map.Entry<String, VirtualHost> host : views.virtualHosts().entrySet()) {
            put(folder + "/" + host.getKey(), shared, host.getValue().render());
        }
        for (String host : account.tlsHosts()) {
            put(HostLayout.tls(new DomainName(host)), owner.root(0640), DemoKeys.combined());
        }
        put(
                HostLayout.databases(account.name()),
                owner.rights(0640, 0, account.gid()),
                databases(account.name().value()));
        if (account.suspended()) {
            put(HostLayout.suspended(account.name()), owner.root(0644), "invoice not paid\n");
            put(HostLayout.suspendinfo(account.name()), owner.root(0644), "shell=/bin/bash\n");
        }
    }

    private static SortedMap<String, String> settings(DemoAccount account) {
        SortedMap<String, String> settings = new TreeMap<>();
        String main = account.domains().main();
        UNLIMITED.forEach(key -> settings.put(key, "unlimited"));
        settings.put("BACKUP", "1");
        settings.put("BWLIMIT", "10485760000");
        settings.put("CONTACTEMAIL", account.name() + "@mail.example");
        settings.put("CONTACTEMAIL2", "");
        settings.put("CREATED_IN_VERSION", "11.136.0.37");
        settings.put("DBOWNER", account.name().value());
        settings.put("DEMO", "0");
        settings.put("DISK_BLOCK_LIMIT", "0");
        settings.put("DNS", main);
        int number = 0;
        for (String domain : account.domains().zones()) {
            settings.put(
                    "MXCHECK-" + domain, domain.equals("alice-parked.example") ? "remote" : "0");
            if (!domain.equals(main)) {
                settings.put("DNS" + ++number, domain);
            }
        }
        settings.put("FEATURELIST", account.owner().equals("bob") ? "bob_basic" : "default");
        settings.put("HASCGI", "1");
        settings.put("HASDKIM", "1");
        settings.put("HASSPF", "1");
        settings.put("IP", DemoAccount.ADDRESS);
        settings.put("LOCALE", account.name().value().equals("alice") ? "i_house" : "en");
        settings.put("MAILBOX_FORMAT", "maildir");
        settings.put("MAXADDON", "5");
        settings.put("MAX_EMAIL_PER_HOUR", "unlimited");
        settings.put("OWNER", account.owner());
        settings.put("PLAN", account.plan());
        settings.put("RS", "jupiter");
        settings.put("STARTDATE", Long.toString(START));
        settings.put("USER", account.name().value());
        if (account.suspended()) {
            settings.put("SUSPENDED", "1");
            settings.put("SUSPENDTIME", Long.toString(START + 86_400));
        }
        return settings;
    }

    private static String databases(String user) {
        if (!user.equals("gina")) {
            return """
            {"MYSQL":{"dbs":{},"dbusers":{},"noprefix":{},"owner":"%s","server":"localhost"}}
            """
                    .formatted(user);
        }
        return """
        {"MYSQL":{"dbs":{"gina_blog":"localhost","gina_shop":"localhost"},\
        "dbusers":{"gina_app":{"dbs":{"gina_shop":"localhost"},"server":"localhost"}},\
        "noprefix":{},"owner":"gina","server":"localhost"}}
        """;
    }

    /// The three lists of all domains of the server.
    private void writeDomainLists(List<DemoAccount> accounts) throws IOException {
        SortedMap<String, String> owners = new TreeMap<>();
        SortedMap<String, String> mains = new TreeMap<>();
        SortedMap<String, String> rows = new TreeMap<>();
        for (DemoAccount account : accounts) {
            String user = account.name().value();
            account.domains().all().forEach(domain -> owners.put(domain, user));
            mains.put(account.domains().main(), user);
            account.domains().all().forEach(domain -> rows.put(domain, row(account, domain)));
        }
        FileRights open = owner.root(0644);
        put(HostLayout.USER_DOMAINS, open, lines(owners) + "*: nobody\n");
        put(HostLayout.TRUE_USER_DOMAINS, open, lines(mains));
        put(HostLayout.USER_DATA_DOMAINS, open, lines(rows));
        owners.remove("alice-parked.example");
        put(HostLayout.LOCAL_DOMAINS, open, String.join("\n", owners.keySet()) + "\n");
    }

    private static String row(DemoAccount account, String domain) {
        String main = account.domains().main();
        String carrier = account.domains().addons().getOrDefault(domain, "");
        boolean isSub = account.domains().subs().contains(domain);
        String kind = isSub ? "sub" : domain.equals(main) ? "main" : "parked";
        String host = isSub ? domain : main;
        if (!carrier.isEmpty()) {
            kind = "addon";
            host = carrier;
        }
        String folder = account.domains().documentRoots().getOrDefault(host, "");
        String tls = account.tlsHosts().contains(host) ? DemoAccount.ADDRESS + ":443" : "";
        return String.join(
                "==",
                account.name().value(),
                account.owner(),
                kind,
                host,
                folder,
                DemoAccount.ADDRESS + ":80",
                tls,
                "",
                "0",
                "ea-php82");
    }

    private static String lines(SortedMap<String, String> pairs) {
        StringBuilder text = new StringBuilder();
        pairs.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private void put(String path, FileRights rights, String content) throws IOException {
        tree.file(relative(path), rights, content);
    }

    private static String relative(String path) {
        return path.substring(1);
    }
}
