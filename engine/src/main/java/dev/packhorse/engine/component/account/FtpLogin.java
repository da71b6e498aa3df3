package dev.packhorse.engine.component.account;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A line of an FTP password file: login, hash, user and group number, owner, folder, shell.
///
/// Source: samples of public importers.
record FtpLogin(
        String login,
        String hash,
        String uid,
        String gid,
        String owner,
        String home,
        String shell) {
    private static final int FIELDS = 7;

    /// What stands before the hash of a suspended login.
    ///
    /// Source: mail logins of suspended accounts in samples of public importers; nothing hashes to
    /// it.
    private static final String LOCK = "*LOCKED*";

    /// The login on a line, empty if the line is none.
    static Optional<FtpLogin> parse(String line) {
        String[] fields = line.split(":", -1);
        return fields.length == FIELDS
                ? Optional.of(
                        new FtpLogin(
                                fields[0], fields[1], fields[2], fields[3], fields[4], fields[5],
                                fields[6]))
                : Optional.empty();
    }

    /// The lines of a file, so that joined by line ends they are the very same file.
    static List<String> lines(String text) {
        return Arrays.asList(text.split("\n", -1));
    }

    boolean isLocked() {
        return hash.startsWith(LOCK);
    }

    /// The same, locked; one that is stays as it is.
    FtpLogin locked() {
        return isLocked() ? this : withHash(LOCK + hash);
    }

    /// The same, as it was before it was locked.
    FtpLogin unlocked() {
        return isLocked() ? withHash(hash.substring(LOCK.length())) : this;
    }

    private FtpLogin withHash(String other) {
        return new FtpLogin(login, other, uid, gid, owner, home, shell);
    }

    String line() {
        return String.join(":", login, hash, uid, gid, owner, home, shell);
    }

    /// Shown without the hash.
    @Override
    public String toString() {
        return login;
    }
}
