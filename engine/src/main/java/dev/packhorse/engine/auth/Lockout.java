package dev.packhorse.engine.auth;

import java.time.Instant;

/// An address that is locked out, or a user whose codes of the second factor are not judged.
///
/// @param address an IPv4 address, or an IPv6 network as `2001:db8:0:1:0:0:0:0/64`; empty for codes
/// @param user for whose name alone, empty for every name
/// @param since when it began
/// @param until when it ends by itself
/// @param failures how many wrong logins there were within a day
public record Lockout(String address, String user, Instant since, Instant until, int failures) {
    /// Whether it is of a user's codes: somebody who has the password guesses them.
    public boolean isOfCodes() {
        return address.isEmpty();
    }

    /// Whether it is for gross abuse.
    public boolean isForADay() {
        return !until.isBefore(since.plus(LockoutRules.DAY));
    }
}
