package dev.packhorse.engine.auth;

/// What came of logins since the daemon's start, for monitoring.
///
/// @param refused wrong logins
/// @param turnedAway logins that nobody looked at, since their address was locked out
/// @param lockouts how often an address was locked out, or a user's codes
/// @param locked how many are locked out now
public record LoginCounts(long refused, long turnedAway, long lockouts, int locked) {}
