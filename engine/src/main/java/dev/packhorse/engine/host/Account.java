package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// An account as the server describes it at one moment.
///
/// @param name its name
/// @param uid its numeric user
/// @param gid its numeric group
/// @param home its home directory as the account itself sees it, absolute, as `/home/demo`
/// @param shell its login shell
/// @param domains its domains
/// @param suspended whether it is suspended
/// @param settings the `KEY=value` pairs of its account file (`cp/USER` in an archive); for sources
///   without such a file the pairs that follow from what is known
public record Account(
        AccountName name,
        int uid,
        int gid,
        String home,
        String shell,
        DomainSet domains,
        boolean suspended,
        SortedMap<String, String> settings) {
    public Account {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /// A setting, or the default when it is absent or empty.
    public String setting(String key, String defaultValue) {
        String value = settings.get(key);
        return value == null || value.isEmpty() ? defaultValue : value;
    }

    /// Who owns the account: a reseller or `root`.
    public String owner() {
        return setting("OWNER", "root");
    }
}
