package dev.packhorse.engine.component;

import java.util.Set;

/// What a restore brings back.
///
/// @param only the modules that run besides the ones that make an account; empty for all
/// @param without modules that do not run
/// @param dedicatedIp whether the account gets an address of its own
/// @param subdomains whether sub-domains and addon domains come back; if not, those that the
///   account has on this server stay as they are
/// @param mergesMail whether files that the home has stay as they are, messages by whatever name
///   the mail server gave them since, and only missing ones come back
/// @param homes the folder in which a new account's home is made, empty for the usual one
/// @param allAddresses whether all records of the zones with the old server's address get this
///   one's; if not, only those of the main domain and of names that the panel makes
public record RestoreOptions(
        Set<ComponentName> only,
        Set<ComponentName> without,
        boolean dedicatedIp,
        boolean subdomains,
        boolean mergesMail,
        String homes,
        boolean allAddresses) {
    public static final RestoreOptions ALL =
            new RestoreOptions(Set.of(), Set.of(), false, true, false, "", true);

    public RestoreOptions {
        only = Set.copyOf(only);
        without = Set.copyOf(without);
    }

    /// Whether the module was asked for.
    public boolean wants(ComponentName module) {
        return (only.isEmpty() || only.contains(module)) && !without.contains(module);
    }
}
