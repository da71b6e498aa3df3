package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;

/// Where the host keeps what describes its accounts, as absolute paths of the host; [HostFiles]
/// finds them below the host root. Every path is fixed text joined with checked names.
///
/// Source: the live-source columns of docs.cpanel.net "Backup Tarball Contents" and of public
/// programs that read such servers.
public final class HostLayout {
    public static final String PASSWD = "/etc/passwd";
    public static final String GROUP = "/etc/group";
    public static final String SHADOW = "/etc/shadow";
    public static final String GSHADOW = "/etc/gshadow";

    /// The file whose lock all writers of the user database hold.
    public static final String PASSWORD_LOCK = "/etc/.pwd.lock";

    public static final String USER_DOMAINS = "/etc/userdomains";
    public static final String TRUE_USER_DOMAINS = "/etc/trueuserdomains";
    public static final String USER_DATA_DOMAINS = "/etc/userdatadomains";
    public static final String LOCAL_DOMAINS = "/etc/localdomains";
    public static final String DIGEST_SHADOW = "/etc/digestshadow";
    public static final String SHELLS = "/etc/shells";
    public static final String USERS_FOLDER = "/var/cpanel/users";
    public static final String RESELLERS = "/var/cpanel/resellers";
    public static final String RESELLERS_NAMESERVERS = "/var/cpanel/resellers-nameservers";
    public static final String PACKAGES_FOLDER = "/var/cpanel/packages";
    public static final String FEATURES_FOLDER = "/var/cpanel/features";
    public static final String SUSPENDED_FOLDER = "/var/cpanel/suspended";
    public static final String BACKUP_CONFIG = "/var/cpanel/backups/config";
    public static final String ZONES_FOLDER = "/var/named";

    private HostLayout() {}

    /// The account file, `KEY=value` lines.
    public static String users(AccountName account) {
        return USERS_FOLDER + "/" + account;
    }

    /// The folder of the account's domain files.
    public static String userdataFolder(AccountName account) {
        return "/var/cpanel/userdata/" + account;
    }

    /// The list of the account's domains.
    public static String userdataMain(AccountName account) {
        return userdataFolder(account) + "/main";
    }

    /// The description of one virtual host.
    public static String userdata(AccountName account, DomainName vhost) {
        return userdataFolder(account) + "/" + vhost.fileName();
    }

    /// The description of the TLS twin of a virtual host.
    public static String userdataTls(AccountName account, DomainName vhost) {
        return userdata(account, vhost) + "_SSL";
    }

    /// The PHP pool settings of a virtual host.
    public static String userdataPhpFpm(AccountName account, DomainName vhost) {
        return userdata(account, vhost) + ".php-fpm.yaml";
    }

    public static String userdataCache(AccountName account) {
        return userdataFolder(account) + "/cache.json";
    }

    /// The zone in BIND's text form.
    public static String zone(DomainName domain) {
        return ZONES_FOLDER + "/" + domain.fileName() + ".db";
    }

    /// Forwarders of a domain.
    public static String valiases(DomainName domain) {
        return "/etc/valiases/" + domain.fileName();
    }

    /// Where all mail of a parked domain goes.
    public static String vdomainaliases(DomainName domain) {
        return "/etc/vdomainaliases/" + domain.fileName();
    }

    /// Mail filter of a domain.
    public static String vfilters(DomainName domain) {
        return "/etc/vfilters/" + domain.fileName();
    }

    public static String crontab(AccountName account) {
        return "/var/spool/cron/" + account;
    }

    /// Where Debian keeps crontabs, `crontab` being the group's folder below the spool.
    public static String debianCrontab(AccountName account) {
        return "/var/spool/cron/crontabs/" + account;
    }

    /// FTP logins.
    public static String proftpdPasswords(AccountName account) {
        return "/etc/proftpd/" + account;
    }

    /// Key, certificate and chain of a virtual host in one PEM file.
    public static String tls(DomainName vhost) {
        return "/var/cpanel/ssl/apache_tls/" + vhost.fileName() + "/combined";
    }

    /// Why the account is suspended; exists only while it is.
    public static String suspended(AccountName account) {
        return SUSPENDED_FOLDER + "/" + account;
    }

    /// Exists while only root may unsuspend the account.
    public static String suspendedLock(AccountName account) {
        return suspended(account) + ".lock";
    }

    /// What the account had before it was suspended, `key=value` lines.
    public static String suspendinfo(AccountName account) {
        return "/var/cpanel/suspendinfo/" + account;
    }

    /// Where things of suspended accounts wait, for root alone; ours.
    public static String suspendedThingsFolder() {
        return "/var/cpanel/packhorse/suspended";
    }

    /// The crontab of a suspended account.
    public static String suspendedCrontab(AccountName account) {
        return suspendedThingsFolder() + "/" + account + ".crontab";
    }

    /// Exists while a suspended account's password was locked before the suspension.
    public static String suspendedPassword(AccountName account) {
        return suspendedThingsFolder() + "/" + account + ".password";
    }

    /// Which database users of a suspended account its suspension locked.
    public static String suspendedDatabaseUsers(AccountName account) {
        return suspendedThingsFolder() + "/" + account + ".databases";
    }

    /// What settings of restored accounts wait for, a file an account, for root alone; ours.
    public static String awaitedFolder() {
        return "/var/cpanel/packhorse/awaited";
    }

    /// What settings of the account wait for.
    public static String awaited(AccountName account) {
        return awaitedFolder() + "/" + account;
    }

    /// The databases of the account and their users.
    public static String databases(AccountName account) {
        return "/var/cpanel/databases/" + account + ".json";
    }

    public static String domainKeyPrivate(DomainName domain) {
        return "/var/cpanel/domain_keys/private/" + domain.fileName();
    }

    public static String domainKeyPublic(DomainName domain) {
        return "/var/cpanel/domain_keys/public/" + domain.fileName();
    }

    /// A package. Package names may hold blanks, so they have a grammar of their own.
    ///
    /// @throws IllegalArgumentException if the name is no package name
    public static String hostingPackage(String name) {
        return PACKAGES_FOLDER + "/" + PackageName.checked(name);
    }

    /// A feature list.
    ///
    /// @throws IllegalArgumentException if the name is no feature list's name
    public static String featureList(String name) {
        return FEATURES_FOLDER + "/" + PackageName.checked(name);
    }
}
