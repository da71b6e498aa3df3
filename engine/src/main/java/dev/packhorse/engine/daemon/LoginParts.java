package dev.packhorse.engine.daemon;

import dev.packhorse.engine.audit.AuditTrail;
import dev.packhorse.engine.auth.Authenticator;
import dev.packhorse.engine.auth.HashVerifier;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.Lockout;
import dev.packhorse.engine.auth.LockoutKeeper;
import dev.packhorse.engine.auth.LockoutRules;
import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.auth.PasswordCheck;
import dev.packhorse.engine.auth.Sealing;
import dev.packhorse.engine.auth.SecondFactors;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notices;
import dev.packhorse.engine.settings.LoginKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// What judges logins and keeps a record of those that were wrong, made once.
final class LoginParts implements AutoCloseable {
    /// Below the state folder.
    private static final String FILE = "lockouts.json";

    private final TokenStore tokens;
    private final HostUsers users;
    private final Auditing auditing;
    private final Notices notices;
    private final SecondFactors factors;
    private final LockoutKeeper keeper;

    LoginParts(
            Settings settings,
            Path state,
            HostUsers users,
            TokenStore tokens,
            Sealing seal,
            Notices notices)
            throws IOException {
        InstantSource clock = InstantSource.system();
        this.tokens = tokens;
        this.users = users;
        this.notices = notices;
        this.factors = new SecondFactors(state.resolve("second-factors"), seal, clock);
        this.auditing = new Auditing(AuditTrail.open(state.resolve(Auditing.FOLDER), clock), clock);
        this.keeper =
                LockoutKeeper.open(
                        state.resolve(FILE),
                        rules(settings),
                        LoginGuard.USUAL_PAUSE,
                        clock,
                        new Watch());
    }

    private static LockoutRules rules(Settings settings) {
        return new LockoutRules(
                settings.get(LoginKeys.FAILURES),
                settings.get(LoginKeys.WINDOW),
                settings.get(LoginKeys.TIME),
                settings.get(LoginKeys.DAY_FAILURES),
                settings.get(LoginKeys.NEVER));
    }

    private final class Watch implements LockoutKeeper.Watch {
        @Override
        public void lockedOut(Lockout lockout) {
            auditing.lockedOut(lockout);
        }

        @Override
        public void lockedOut(List<Lockout> ofAMinute) {
            ofAMinute.stream()
                    .filter(Lockout::isOfCodes)
                    .map(each -> Events.codesRefused(each.user(), each.failures(), each.until()))
                    .forEach(notices::tell);
            for (boolean isForADay : new boolean[] {false, true}) {
                List<String> lines =
                        ofAMinute.stream()
                                .filter(each -> !each.isOfCodes() && each.isForADay() == isForADay)
                                .map(Watch::line)
                                .toList();
                Events.lockedOut(lines, isForADay).ifPresent(notices::tell);
            }
        }

        private static String line(Lockout lockout) {
            return "%s%s until %s, %d wrong logins"
                    .formatted(
                            lockout.address(),
                            lockout.user().isEmpty() ? "" : " as " + lockout.user(),
                            lockout.until().truncatedTo(ChronoUnit.SECONDS),
                            lockout.failures());
        }
    }

    SecondFactors factors() {
        return factors;
    }

    Auditing auditing() {
        return auditing;
    }

    LoginGuard guard() {
        return keeper.guard();
    }

    Authenticator authenticator() {
        InstantSource clock = InstantSource.system();
        return new Authenticator(
                tokens,
                new PasswordCheck(users, HashVerifier.ofSystem(), clock),
                factors,
                users,
                keeper.guard(),
                clock,
                auditing::refused);
    }

    @Override
    public void close() {
        keeper.close();
    }
}
