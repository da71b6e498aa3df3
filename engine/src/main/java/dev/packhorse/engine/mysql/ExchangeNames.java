package dev.packhorse.engine.mysql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The names of the databases that stand by while one database is replaced. Their dashes keep them
/// out of every account's namespace and free of wildcards in grants.
///
/// @param key stands for the database, whose own name may be too long to be part of another
record ExchangeNames(String key) {
    static final String PREFIX = "packhorse-";

    static ExchangeNames of(String database) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(database.getBytes(StandardCharsets.UTF_8));
            return new ExchangeNames(HexFormat.of().formatHex(digest, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// The lock that a run holds from its first step to its last.
    String lock() {
        return PREFIX + "exchange-" + key;
    }

    /// Where the dump is loaded.
    String fresh() {
        return PREFIX + "new-" + key;
    }

    /// Where the replaced tables wait until all has gone well.
    String old() {
        return PREFIX + "old-" + key;
    }

    /// Where it is written down how to go back.
    String journal() {
        return PREFIX + "journal-" + key;
    }
}
