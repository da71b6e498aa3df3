package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.AccountQuotas;
import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountRemoval;
import dev.packhorse.engine.whm.WhmException;

/// Makes, suspends and removes accounts.
///
/// @param creation makes them
/// @param suspension suspends them and lets them in again
/// @param removal removes them
/// @param holds who works on which account at this moment
/// @param quotas how many a reseller may have
public record AccountDesk(
        AccountCreation creation,
        Suspension suspension,
        AccountRemoval removal,
        AccountHolds holds,
        AccountQuotas quotas) {
    /// Takes hold of an account, so that nobody else makes, suspends or removes it and jobs about
    /// it wait.
    ///
    /// @throws WhmException if another has
    AccountHolds.Hold hold(AccountName name) throws WhmException {
        return holds.take(name)
                .orElseThrow(() ->
                        WhmException.refused(
                                "The account "
                                        + Text.quoted(name.value())
                                        + " is being made, suspended or removed at this moment;"
                                        + " try again later."));
    }
}
