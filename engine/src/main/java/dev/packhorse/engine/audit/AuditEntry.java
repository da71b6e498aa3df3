package dev.packhorse.engine.audit;

import java.time.Instant;
import java.util.SortedSet;

/// What one line of the trail tells. Secrets are no part of it: of a call it has the names of the
/// parameters, not what they were.
///
/// @param at when
/// @param event what happened
/// @param user who, as far as the login told; empty for a refused login
/// @param token the name of the token, empty without one
/// @param address where from
/// @param function the function that was called, empty for a login
/// @param account the account that it was about, empty for none
/// @param parameters the names of the parameters that were given
/// @param reason why it failed or was refused, empty if it did not
public record AuditEntry(
        Instant at,
        Event event,
        String user,
        String token,
        String address,
        String function,
        String account,
        SortedSet<String> parameters,
        String reason) {
    private static final int LONGEST = 500;

    /// What can happen.
    public enum Event {
        /// A call that changes something was carried out.
        DONE,
        /// It failed, and changed nothing.
        FAILED,
        /// A call was refused for want of a right, or for an account of somebody else.
        DENIED,
        /// A login was refused.
        LOGIN_REFUSED,
        /// An address was locked out after too many of them.
        LOCKED_OUT,
        /// More logins were refused than are told one by one.
        LOGINS_REFUSED
    }

    public AuditEntry {
        parameters =
                java.util.Collections.unmodifiableSortedSet(new java.util.TreeSet<>(parameters));
        reason = reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
    }

    /// A login that was refused.
    static AuditEntry refusal(Instant at, Event event, String address, String reason) {
        return new AuditEntry(
                at, event, "", "", address, "", "", new java.util.TreeSet<>(), reason);
    }
}
