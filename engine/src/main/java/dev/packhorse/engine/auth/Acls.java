package dev.packhorse.engine.auth;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The names of WHM's access rights.
///
/// Source: functions.json `myprivs`.
public final class Acls {
    /// Every name, `all` included.
    public static final SortedSet<String> NAMES =
            Collections.unmodifiableSortedSet(
                    new TreeSet<>(
                            List.of(
                                    """
                                    acct-summary add-pkg add-pkg-ip add-pkg-shell all
                                    allow-addoncreate allow-emaillimits-pkgs allow-parkedcreate
                                    allow-shell allow-unlimited-bw-pkgs allow-unlimited-disk-pkgs
                                    allow-unlimited-pkgs basic-system-info basic-whm-functions
                                    clustering cors-proxy-get cpanel-api cpanel-integration
                                    create-acct create-dns create-user-session demo-setup
                                    digest-auth edit-account edit-dns edit-mx edit-pkg
                                    file-restore generate-email-config kill-acct kill-dns
                                    limit-bandwidth list-accts list-pkgs locale-edit mailcheck
                                    manage-api-tokens manage-dns-records manage-oidc
                                    manage-styles mysql-info news ns-config park-dns passwd quota
                                    rearrange-accts resftp restart show-bandwidth ssl ssl-buy
                                    ssl-gencrt ssl-info stats status suspend-acct thirdparty
                                    track-email upgrade-account viewglobalpackages
                                    """
                                            .strip()
                                            .split("\\s+"))));

    private Acls() {}

    /// The rights that are in both; `all` is every right.
    static Set<String> common(Set<String> one, Set<String> other) {
        if (one.contains(Caller.ALL)) {
            return other;
        }
        if (other.contains(Caller.ALL)) {
            return one;
        }
        Set<String> both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }
}
