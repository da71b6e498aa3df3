package dev.packhorse.engine.settings;

import dev.packhorse.engine.model.AccountQuotas;
import java.util.List;

/// The keys of the configuration below `resellers`.
public final class ResellerKeys {
    public static final SettingKey<AccountQuotas> ACCOUNTS =
            new SettingKey<>(
                    "resellers.accounts",
                    "",
                    "RESELLER: NUMBER; *: NUMBER, or nothing",
                    AccountQuotas::parse);

    private ResellerKeys() {}

    static List<SettingKey<?>> all() {
        return List.of(ACCOUNTS);
    }
}
