package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Changes single records of a zone that this server has. The changed zone is judged and checked
/// like a restored one before it takes the place of the old.
public final class ZoneChange {
    private ZoneChange() {}

    /// The records of a domain's zone; empty if the server has none, or it cannot be understood.
    public static Optional<ZoneRecords> read(RestoreTarget target, String domain)
            throws IOException {
        Optional<byte[]> zone =
                target.files()
                        .readBytes(HostLayout.zone(new DomainName(domain)), ZoneText.MAX_BYTES);
        return zone.flatMap(
                bytes -> ZoneRecords.of(domain, new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /// Makes the change, if it changes anything, and gives the zone its next serial number.
    ///
    /// @return whether the zone is another one now; what kept it from being is told
    public static boolean apply(
            RestoreTarget target, String domain, UnaryOperator<ZoneRecords> change)
            throws IOException {
        Optional<ZoneRecords> before = read(target, domain);
        if (before.isEmpty()) {
            return false;
        }
        ZoneRecords after = change.apply(before.get());
        if (after.text().equals(before.get().text())) {
            return false;
        }
        String text = after.withNextSerial().text();
        Optional<String> objection = ZoneText.objection(domain, text);
        if (objection.isEmpty()) {
            objection =
                    ZoneChecker.objection(
                            domain,
                            text,
                            target.context().staging(),
                            target.context().cancellation());
        }
        if (objection.isPresent()) {
            target.notes().skipped("zone " + domain + ": not changed, " + objection.get());
            return false;
        }
        target.files()
                .replaceContent(
                        HostLayout.zone(new DomainName(domain)),
                        text.getBytes(StandardCharsets.ISO_8859_1),
                        FileRights.ofRoot(0644));
        return true;
    }
}
