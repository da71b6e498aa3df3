package dev.packhorse.engine.plan;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.model.AccountName;
import java.util.Map;
import java.util.TreeMap;

/// Accounts of which package and owner matter.
public final class SampleAccounts {
    private SampleAccounts() {}

    public static Account of(String name, String packageName, String owner) {
        return new Account(
                new AccountName(name),
                1_001,
                1_001,
                "/home/" + name,
                "/bin/sh",
                DomainSet.of(name + ".example", "/home/" + name + "/public_html"),
                false,
                new TreeMap<>(Map.of("PLAN", packageName, "OWNER", owner)));
    }
}
