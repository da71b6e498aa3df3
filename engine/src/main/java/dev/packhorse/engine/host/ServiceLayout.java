package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;

/// Where the services of a host keep what belongs to accounts, besides what [HostLayout] names, as
/// absolute paths of the host. Every path is fixed text joined with checked names.
///
/// Source: public programs that read such servers, for the paths under `/etc`, `/var/cpanel/authn`,
/// `/var/cpanel/bandwidth`, `/var/cpanel/cpanel.config` and the web server's folders; the other
/// ones under `/var/cpanel` are ours, see docs/archive-format.md.
public final class ServiceLayout {
    public static final String MAIL_HOLDS = "/etc/outgoing_mail_hold_users";
    public static final String MAIL_SUSPENSIONS = "/etc/outgoing_mail_suspended_users";
    public static final String REMOTE_DOMAINS = "/etc/remotedomains";
    public static final String SECONDARY_MX = "/etc/secondarymx";
    public static final String MANUAL_MX = "/etc/manualmx";
    public static final String SETUP = "/etc/wwwacct.conf";
    public static final String TWEAKS = "/var/cpanel/cpanel.config";
    public static final String LOGS_FOLDER = "/etc/apache2/logs/domlogs";
    public static final String INCLUDES_FOLDER = "/etc/apache2/conf.d/userdata";
    public static final String MAILMAN_FOLDER = "/usr/local/cpanel/3rdparty/mailman";
    public static final String THEMES_FOLDER = "/usr/local/cpanel/base/frontend";
    public static final String ADDRESSES = "/etc/ips";
    public static final String FREE_ADDRESSES = "/etc/ipaddrpool";
    public static final String LINKED_NODES_FOLDER = "/var/cpanel/linked_server_nodes";
    public static final String FILE_PROTECT = "/var/cpanel/fileprotect";

    private static final String PANEL = "/var/cpanel/";

    private ServiceLayout() {}

    /// Tokens for the customer's own functions.
    public static String tokens(AccountName account) {
        return PANEL + "authn/api_tokens_v2/cpanel/" + account + ".json";
    }

    /// Tokens for a reseller's functions.
    public static String resellerTokens(AccountName account) {
        return PANEL + "authn/api_tokens_v2/whostmgr/" + account + ".json";
    }

    /// The folder of an account's external sign-ins, one file a provider.
    public static String signInLinks(AccountName account) {
        return PANEL + "authn/links/users/" + account;
    }

    public static String autoSslExclusions(AccountName account) {
        return PANEL + "ssl/autossl/excludes/" + account + ".json";
    }

    public static String webCalls(AccountName account) {
        return PANEL + "webcalls/" + account + ".json";
    }

    public static String publicContact(AccountName account) {
        return PANEL + "public_contact/" + account + ".json";
    }

    /// What the account noted about hosts that may use its databases.
    public static String databaseHostNotes(AccountName account) {
        return PANEL + "databases/" + account + ".host_notes.json";
    }

    /// The folder of links to other programs, one file a program.
    public static String integrationLinks(AccountName account) {
        return PANEL + "integration/links/" + account;
    }

    public static String bandwidthDatabase(AccountName account) {
        return PANEL + "bandwidth/" + account + ".sqlite";
    }

    /// How many bytes a name (account or domain) has moved this month.
    public static String bandwidthFigure(String name) {
        return PANEL + "bandwidth.cache/" + name;
    }

    /// A locale that somebody made on this server.
    public static String customLocale(String tag) {
        return PANEL + "i_locales/" + tag + ".yaml";
    }

    /// The includes of an account's virtual hosts.
    ///
    /// @param kind `std` or `ssl`
    public static String includes(String kind, AccountName account) {
        return INCLUDES_FOLDER + "/" + kind + "/2_4/" + account;
    }
}
