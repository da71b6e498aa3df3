package dev.packhorse.engine.component;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The switches that leave something out of an archive. Each one names the modules that do not pack
/// then; folders that every archive has stay. A module that does not exist has nothing to leave
/// out.
///
/// Source: functions.json `start_background_pkgacct`; the switches behind [#SHELL] are further ones
/// of the kind that the `pkgacct` program takes.
public enum PackSkip {
    HOME("skiphomedir", "the home directory", "Homedir"),
    DATABASES("skipacctdb", "databases and their users", "Mysql Postgres"),
    MYSQL("skipmysql", "databases of MySQL and MariaDB and their users", "Mysql"),
    POSTGRES("skippgsql", "databases of PostgreSQL and their roles", "Postgres"),
    ZONES("skipdnszones", "DNS zones", "ZoneFile"),
    DNSSEC("skipdnssec", "DNSSEC keys", "DNSSEC"),
    FTP_USERS("skipftpusers", "FTP logins", "Ftp"),
    BANDWIDTH("skipbwdata", "bandwidth figures", "BandwidthData"),
    LOGS("skiplogs", "logs", "Logs"),
    API_TOKENS("skipapitokens", "API tokens", "APITokens"),
    AUTHN_LINKS("skipauthnlinks", "external sign-in links", "AuthnLinks"),
    LINKED_NODES("skiplinkednodes", "linked nodes", "LinkedNodes LinkedNodesSubarchives"),
    RESELLER("skipresellerconfig", "reseller privileges, packages and feature lists", "Reseller"),
    VHOST_TEMPLATES("skipvhosttemplates", "virtual host templates", "VhostIncludes"),
    SHELL("skipshell", "the login shell", "Shell"),
    CRON("skipcron", "the crontab", "Cron"),
    DOMAINS("skipdomains", "the lists of sub-domains, parked and addon domains", "Domains"),
    INTEGRATION_LINKS("skipintegrationlinks", "integration links", "Integration"),
    LOCALE("skiplocale", "locale files", "CustomLocale"),
    MAIL("skipmail", "mail forwarders and filters", "Mail"),
    MAILMAN("skipmailman", "mailing lists", "Mailman"),
    PASSWORD("skippasswd", "the system password", "Password"),
    QUOTA("skipquota", "the disk limit", "Quota"),
    SSL("skipssl", "keys and certificates of the web sites", "SSL"),
    USERDATA("skipuserdata", "settings of the web sites", "userdata");

    private final String wireName;
    private final String what;
    private final String modules;

    /// @param modules their names with blanks between them
    PackSkip(String wireName, String what, String modules) {
        this.wireName = wireName;
        this.what = what;
        this.modules = modules;
    }

    /// The switch of a wire name, empty if there is none.
    public static Optional<PackSkip> find(String wireName) {
        return Stream.of(values()).filter(each -> each.wireName.equals(wireName)).findFirst();
    }

    /// The switch as callers spell it.
    public String wireName() {
        return wireName;
    }

    /// What it leaves out, for people.
    public String what() {
        return what;
    }

    /// Whether a module does not pack then.
    public boolean silences(ComponentName module) {
        return List.of(modules.split(" ", -1)).contains(module.value());
    }
}
