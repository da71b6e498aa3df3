package dev.packhorse.engine.host;

import java.util.Map;

/// A switch of one account: which of the two systems backs it up. The second is only kept for other
/// tools.
///
/// Source: cpmove-format 2.2, the keys `BACKUP` and `LEGACY_BACKUP` of the account file.
public enum BackupSwitch {
    BACKUP("BACKUP", true),
    LEGACY("LEGACY_BACKUP", false);

    private final String key;
    private final boolean whenAbsent;

    BackupSwitch(String key, boolean whenAbsent) {
        this.key = key;
        this.whenAbsent = whenAbsent;
    }

    /// The key in the account file.
    public String key() {
        return key;
    }

    /// Whether it is on in an account's pairs. An account without the pair is backed up.
    public boolean isOn(Map<String, String> settings) {
        return settings.getOrDefault(key, whenAbsent ? "1" : "0").equals("1");
    }
}
