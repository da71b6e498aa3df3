package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;

/// As what an account comes back, where that is not as it was packed.
///
/// @param packedAs the name that the archive gives the account; empty if it is the restored
///   account's own, [#ANY] for whatever name an archive tells
/// @param homes the folder in which a new account's home is made, as `/home2`; empty for the usual
///   one
/// @param panelAddressesOnly whether of the zones' records with the old server's address only those
///   change that the panel makes itself
public record RestoredAs(String packedAs, String homes, boolean panelAddressesOnly) {
    /// Stands for whatever name the archive gives.
    public static final String ANY = "*";

    /// As it was packed.
    public static final RestoredAs ITSELF = new RestoredAs("", "", false);

    /// The same out of an archive that names the account so.
    public RestoredAs of(AccountName name) {
        return new RestoredAs(name.value(), homes, panelAddressesOnly);
    }
}
