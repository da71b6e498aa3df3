package dev.packhorse.engine.daemon;

import dev.packhorse.engine.audit.AuditEntry;
import dev.packhorse.engine.audit.AuditTrail;
import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.Lockout;
import dev.packhorse.engine.whm.CallAudit;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;

/// Brings what the API does and refuses into the trail.
record Auditing(AuditTrail trail, InstantSource clock) implements CallAudit {
    /// Below the state folder.
    static final String FOLDER = "audit";

    @Override
    public void ended(
            Caller caller,
            String function,
            Set<String> parameters,
            String account,
            End end,
            String reason) {
        AuditEntry.Event event =
                switch (end) {
                    case DONE -> AuditEntry.Event.DONE;
                    case FAILED -> AuditEntry.Event.FAILED;
                    case DENIED -> AuditEntry.Event.DENIED;
                };
        trail.add(
                new AuditEntry(
                        clock.instant(),
                        event,
                        caller.user(),
                        caller.token(),
                        caller.remoteAddress(),
                        function,
                        account,
                        new TreeSet<>(parameters),
                        reason));
    }

    /// Takes note that an address was locked out, or a user's codes.
    void lockedOut(Lockout lockout) {
        trail.add(
                new AuditEntry(
                        clock.instant(),
                        AuditEntry.Event.LOCKED_OUT,
                        "",
                        "",
                        lockout.address(),
                        "",
                        "",
                        new TreeSet<>(),
                        reason(lockout)));
    }

    private static String reason(Lockout lockout) {
        Instant until = lockout.until().truncatedTo(ChronoUnit.SECONDS);
        if (lockout.isOfCodes()) {
            return "%d wrong codes of %s behind the right password in a week; none is taken until %s"
                    .formatted(lockout.failures(), lockout.user(), until);
        }
        String whom = lockout.user().isEmpty() ? "" : ", for logins as " + lockout.user() + " only";
        return lockout.failures() + " wrong logins in a day; until " + until + whom;
    }

    void refused(InetAddress from) {
        trail.refused(from.getHostAddress());
    }
}
