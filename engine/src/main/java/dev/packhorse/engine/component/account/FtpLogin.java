package dev.packhorse.engine.component.account;

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

    String line() {
        return String.join(":", login, hash, uid, gid, owner, home, shell);
    }

    /// Shown without the hash.
    @Override
    public String toString() {
        return login;
    }
}
