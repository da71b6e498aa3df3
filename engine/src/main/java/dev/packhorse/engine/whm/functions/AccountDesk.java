package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.model.AccountQuotas;
import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountRemoval;

/// Makes, suspends and removes accounts.
///
/// @param creation makes them
/// @param suspension suspends them and lets them in again
/// @param removal removes them
/// @param quotas how many a reseller may have
public record AccountDesk(
        AccountCreation creation,
        Suspension suspension,
        AccountRemoval removal,
        AccountQuotas quotas) {}
