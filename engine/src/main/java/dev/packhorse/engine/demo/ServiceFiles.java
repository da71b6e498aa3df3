package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.util.List;

/// The files of the services: zones, mail, cron, FTP, domain keys.
final class ServiceFiles {
    private static final String ALICE_FORWARDERS =
            """
            sales@alice.example: info@alice.example,partner@other.example
            away@alice.example: "|/usr/local/cpanel/bin/autorespond away@alice.example \
            /home/alice/.autorespond"
            ticket@alice.example: "|/home/alice/bin/ticket.php"
            old@alice.example: :blackhole:
            *: ":fail: No Such User Here"
            """;

    /// By its number in the group file of these servers.
    private static final int MAIL_GROUP = 12;

    private final DemoTree tree;
    private final DemoOwner owner;

    ServiceFiles(DemoTree tree, DemoOwner owner) {
        this.tree = tree;
        this.owner = owner;
    }

    void write(List<DemoAccount> accounts) throws IOException {
        for (DemoAccount account : accounts) {
            writeZones(account);
            writeMail(account);
            writeFtp(account);
        }
        DemoAccount alice = accounts.getFirst();
        tree.folder("var/spool/cron", owner.root(0700));
        put(
                HostLayout.crontab(alice.name()),
                owner.rights(0600, alice.uid(), alice.gid()),
                crontab("alice"));
    }

    private void writeZones(DemoAccount account) throws IOException {
        FileRights rights = owner.rights(0640, SystemFiles.NAMED_UID, SystemFiles.NAMED_UID);
        String key = DemoKeys.publicKeyForDns();
        for (String name : account.domains().zones()) {
            DomainName domain = new DomainName(name);
            StringBuilder zone = new StringBuilder(zone(name, key));
            for (String sub : account.domains().subs()) {
                if (new DomainName(sub).isBelow(domain)) {
                    zone.append("%s.\t14400\tIN\tA\t%s\n".formatted(sub, DemoAccount.ADDRESS));
                }
            }
            put(HostLayout.zone(domain), rights, zone.toString());
            put(
                    HostLayout.domainKeyPrivate(domain),
                    owner.rights(0640, 0, MAIL_GROUP),
                    DemoKeys.privateKey());
            put(HostLayout.domainKeyPublic(domain), owner.root(0644), DemoKeys.publicKey());
        }
    }

    private void writeMail(DemoAccount account) throws IOException {
        FileRights rights = owner.rights(0640, account.uid(), SystemFiles.MAIL_GID);
        DomainViews views = new DomainViews(account.domains(), account.site());
        String user = account.name().value();
        for (String name : views.mailNames()) {
            DomainName domain = new DomainName(name);
            boolean rich = name.equals("alice.example");
            put(HostLayout.valiases(domain), rights, rich ? ALICE_FORWARDERS : "*: " + user + "\n");
            put(HostLayout.vfilters(domain), rights, rich ? filter(user, name) : "");
        }
        for (var forward : views.domainForwards().entrySet()) {
            put(
                    HostLayout.vdomainaliases(new DomainName(forward.getKey())),
                    rights,
                    forward.getValue());
        }
    }

    private void writeFtp(DemoAccount account) throws IOException {
        String line = "%1$s:%2$s:%3$d:%4$d:%5$s:%6$s:%7$s\n";
        String user = account.name().value();
        StringBuilder logins = new StringBuilder();
        logins.append(login(line, account, user, account.home(), "/bin/bash"));
        if (user.equals("alice")) {
            logins.append(
                    login(
                            line,
                            account,
                            "dev@alice.example",
                            "/home/alice/public_html",
                            "/bin/ftpsh"));
        }
        logins.append(
                login(
                        line,
                        account,
                        user + "_logs",
                        "/etc/apache2/logs/domlogs/" + user,
                        "/bin/ftpsh"));
        put(HostLayout.proftpdPasswords(account.name()), owner.root(0640), logins.toString());
    }

    private static String login(
            String line, DemoAccount account, String login, String home, String shell) {
        return line.formatted(
                login,
                account.passwordHash(),
                account.uid(),
                account.gid(),
                account.name(),
                home,
                shell);
    }

    private void put(String path, FileRights rights, String content) throws IOException {
        tree.file(path.substring(1), rights, content);
    }

    private static String zone(String domain, String key) {
        return """
        $TTL 14400
        %1$s.	86400	IN	SOA	ns1.packhorse.example.	admin.packhorse.example.	(
        	2026010101	;Serial Number
        	3600	;refresh
        	1800	;retry
        	1209600	;expire
        	86400	)
        %1$s.	86400	IN	NS	ns1.packhorse.example.
        %1$s.	86400	IN	NS	ns2.packhorse.example.
        %1$s.	14400	IN	A	%2$s
        %1$s.	14400	IN	MX	0	%1$s.
        mail	14400	IN	CNAME	%1$s.
        www	14400	IN	CNAME	%1$s.
        %1$s.	14400	IN	TXT	"v=spf1 +a +mx +ip4:%2$s ~all"
        default._domainkey	14400	IN	TXT	"v=DKIM1; k=rsa; p=%3$s" "%4$s"
        """
                .formatted(domain, DemoAccount.ADDRESS, key.substring(0, 200), key.substring(200));
    }

    private static String crontab(String user) {
        return """
        MAILTO="%1$s@mail.example"
        SHELL="/bin/bash"
        */15 * * * * /usr/local/bin/php /home/%1$s/public_html/wp-cron.php >/dev/null 2>&1
        30 4 * * 1 tar czf /home/%1$s/tmp/site-$(date +\\%%F).tgz -C /home/%1$s public_html
        @daily /home/%1$s/bin/tidy.sh
        """
                .formatted(user);
    }

    private static String filter(String user, String domain) {
        return """
        # Exim filter
        if not first_delivery and error_message then finish endif
        if $header_subject: contains "newsletter"
        then
          save "/home/%1$s/mail/%2$s/info/.Newsletters/new" 660
        endif
        """
                .formatted(user, domain);
    }
}
