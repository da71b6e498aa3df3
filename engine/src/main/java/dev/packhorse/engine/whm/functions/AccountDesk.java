package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountRemoval;

/// Makes and removes accounts.
///
/// @param creation makes them
/// @param removal removes them
public record AccountDesk(AccountCreation creation, AccountRemoval removal) {}
