package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.util.Set;

/// What the domain views say of an account besides its domains.
///
/// @param account its name
/// @param owner its reseller or `root`
/// @param home its absolute home
/// @param address the sites' IP address
/// @param phpVersion `ea-phpNN`, `inherit`, or empty if it is not known
/// @param cgi whether CGI programs run
/// @param tlsHosts the virtual hosts that have a certificate
public record SiteFacts(
        AccountName account,
        String owner,
        String home,
        String address,
        String phpVersion,
        boolean cgi,
        Set<String> tlsHosts) {
    public SiteFacts {
        tlsHosts = Set.copyOf(tlsHosts);
    }

    /// The facts that an account's settings give.
    public static SiteFacts of(Account account, String phpVersion, Set<String> tlsHosts) {
        return new SiteFacts(
                account.name(),
                account.owner(),
                account.home(),
                account.setting("IP", "127.0.0.1"),
                phpVersion,
                account.setting("HASCGI", "1").equals("1"),
                tlsHosts);
    }
}
