package dev.packhorse.engine.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which users of a host without a panel are accounts.
///
/// @param firstUid the smallest number of an account
/// @param lastUid the largest
/// @param homeRoots the folders below which homes lie, absolute; only root can change them
/// @param systemShells users with one of these shells are no accounts, unless
///   `/etc/packhorse/accounts` has a file of their name; empty to take them all
/// @param domainMap a YAML file of `USER: domain` lines, empty for none
/// @param address the IP address that account files name
public record UnixAccountSettings(
        int firstUid,
        int lastUid,
        List<String> homeRoots,
        Set<String> systemShells,
        Optional<Path> domainMap,
        String address) {
    public static final UnixAccountSettings DEFAULT =
            new UnixAccountSettings(
                    1_000,
                    59_999,
                    List.of("/home"),
                    Set.of(
                            "/usr/sbin/nologin",
                            "/sbin/nologin",
                            "/usr/bin/nologin",
                            "/bin/false",
                            "/usr/bin/false",
                            "/bin/sync",
                            "/usr/bin/sync"),
                    Optional.empty(),
                    "127.0.0.1");

    public UnixAccountSettings {
        homeRoots = List.copyOf(homeRoots);
        systemShells = Set.copyOf(systemShells);
        if (firstUid < 1 || lastUid < firstUid) {
            throw new IllegalArgumentException(
                    "bad range of user numbers: " + firstUid + " to " + lastUid);
        }
        homeRoots.forEach(root -> {
            if (!DocumentRoot.isValid(root)) {
                throw new IllegalArgumentException("not an absolute folder: " + root);
            }
        });
    }

    /// With another file of domains.
    public UnixAccountSettings withDomainMap(Path file) {
        return new UnixAccountSettings(
                firstUid, lastUid, homeRoots, systemShells, Optional.of(file), address);
    }

    /// Taking users with any shell.
    public UnixAccountSettings withAnyShell() {
        return new UnixAccountSettings(firstUid, lastUid, homeRoots, Set.of(), domainMap, address);
    }
}
