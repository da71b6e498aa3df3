package dev.packhorse.engine.session;

import java.util.regex.Pattern;

/// One account within a transfer session.
///
/// @param account its name in the archive
/// @param localAccount its name on this server
/// @param type how it comes here, in the API's words, as `AccountLocal`
public record TransferItem(String account, String localAccount, String type) {
    /// The type of every restore from this server's own storage.
    public static final String ACCOUNT_LOCAL = "AccountLocal";

    /// The type of an item that a session takes from a backup.
    public static final String LEGACY_BACKUP = "LegacyAccountBackup";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public TransferItem {
        if (!NAME.matcher(account).matches()
                || !NAME.matcher(localAccount).matches()
                || !NAME.matcher(type).matches()) {
            throw new IllegalArgumentException("not an account name or item type");
        }
    }

    /// An account restored under its own name from this server's own storage.
    public static TransferItem of(String account) {
        return new TransferItem(account, account, ACCOUNT_LOCAL);
    }

    /// The name of the item's log.
    public String logFile() {
        return "item-RESTORE_" + type + "_" + account;
    }
}
