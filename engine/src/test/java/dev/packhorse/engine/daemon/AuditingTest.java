package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.audit.AuditFiles;
import dev.packhorse.engine.audit.AuditTrail;
import dev.packhorse.engine.auth.Lockout;
import dev.packhorse.engine.notify.Events;
import dev.packhorse.engine.notify.Notice;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who reads what became of wrong logins learns what was guessed.
class AuditingTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-11-24T10:15:00.5Z");

    @TempDir private Path folder;

    @Test
    void theTrailTellsAddressesNamesAndCodesApart() throws Exception {
        InstantSource clock = InstantSource.fixed(NOW);
        Auditing auditing = new Auditing(AuditTrail.open(folder.resolve("audit"), clock), clock);
        auditing.lockedOut(new Lockout("192.0.2.1", "", NOW, LATER, 10));
        auditing.lockedOut(new Lockout("127.0.0.1", "bob", NOW, LATER, 11));
        auditing.lockedOut(new Lockout("", "bob", NOW, LATER, 12));

        List<String> lines = new ArrayList<>();
        new AuditFiles(folder.resolve("audit")).forEach(lines::add);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains("192.0.2.1", "10 wrong logins in a day; until 2026-11-24T10:15:00Z\"");
        assertThat(lines.get(1)).contains("until 2026-11-24T10:15:00Z, for logins as bob only\"");
        assertThat(lines.get(2))
                .contains(
                        "12 wrong codes of bob behind the right password in a week; none is taken"
                                + " until 2026-11-24T10:15:00Z\"");
    }

    @Test
    void theNoticeSaysThatThePasswordIsKnown() {
        Notice notice = Events.codesRefused("bob", 10, LATER);

        assertThat(notice.name()).isEqualTo("Packhorse::CodesRefused");
        assertThat(notice.subject()).isEqualTo("bob");
        assertThat(notice.title())
                .isEqualTo(
                        "somebody who has the password of bob guesses codes of the second factor");
        assertThat(notice.text())
                .isEqualTo(
                        "10 codes behind the right password were wrong within a week, and none is"
                                + " taken until 2026-11-24T10:15:00Z. If it was not bob, change the"
                                + " password; then “packhorse lockouts --clear all” lets bob in at"
                                + " once.\n");
    }
}
