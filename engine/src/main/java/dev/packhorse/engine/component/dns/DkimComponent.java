package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.domain.ZoneChange;
import dev.packhorse.engine.component.domain.ZoneRecords;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys with which mail of the account's domains is signed (DKIM). A private key is taken only
/// if it can be read; the public one is made from it, and put into the domain's zone.
///
/// Source: RFC 6376 section 3.6; the selector `default` and the folders as public archives have
/// them.
public final class DkimComponent extends PanelComponent {
    private static final String PRIVATE = "domainkeys/private";
    private static final String PUBLIC = "domainkeys/public";
    private static final int MAX_BYTES = 1 << 16;

    public DkimComponent() {
        super(
                new ComponentName("DKIM"),
                "Keys with which mail of the account's domains is signed.",
                true,
                Set.of(Components.DOMAINS, Components.ZONE_FILE),
                Set.of("domainkeys/"),
                "keys for signing mail");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        long keys = 0;
        for (String each : context.account().domains().all()) {
            DomainName domain = new DomainName(each);
            Optional<byte[]> key = files.readBytes(HostLayout.domainKeyPrivate(domain), MAX_BYTES);
            Optional<byte[]> half = files.readBytes(HostLayout.domainKeyPublic(domain), MAX_BYTES);
            if (key.isPresent()) {
                sink.addBytes(PRIVATE + "/" + each, 0600, key.get());
                keys++;
            }
            if (half.isPresent()) {
                sink.addBytes(PUBLIC + "/" + each, 0600, half.get());
            }
        }
        return keys == 0 ? PackReport.EMPTY : PackReport.of(Map.of("keys", keys));
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return !source.names(PRIVATE).isEmpty();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long keys = 0;
        for (String name : source.names(PRIVATE)) {
            if (!target.domains().contains(name)) {
                target.notes()
                        .skipped(
                                "key of "
                                        + JsonFields.printable(name)
                                        + ": no domain that this account has");
                continue;
            }
            try {
                restoreKey(target, source, name);
                keys++;
            } catch (GeneralSecurityException e) {
                target.notes().skipped("key of " + name + ": refused, " + e.getMessage());
            }
        }
        return target.notes().report(Map.of("keys", keys));
    }

    private static void restoreKey(RestoreTarget target, ArchiveSource source, String name)
            throws GeneralSecurityException, IOException {
        String text = source.text(PRIVATE + "/" + name).orElse("");
        SigningKey key = SigningKey.parse(text);
        String half = source.text(PUBLIC + "/" + name).orElse("");
        boolean fits = key.isPublicHalf(half);
        if (!half.isBlank() && !fits) {
            target.notes()
                    .altered("key of " + name + ": the public half was another key's, made anew");
        }
        DomainName domain = new DomainName(name);
        SigningKeyFiles keys = new SigningKeyFiles(target.files());
        keys.writePrivate(domain, text);
        keys.writePublic(domain, fits ? half : key.publicPem());
        ZoneChange.apply(target, name, zone -> withRecord(zone, name, key));
    }

    private static ZoneRecords withRecord(ZoneRecords zone, String domain, SigningKey key) {
        String owner = "default._domainkey." + domain;
        for (String each : zone.data(owner, "TXT")) {
            String text = ZoneRecords.joined(each);
            if (text.contains("v=DKIM1") || text.contains("p=")) {
                return key.isInRecord(text)
                        ? zone
                        : zone.replaced(owner, "TXT", each, key.recordData());
            }
        }
        return zone.has(owner) ? zone : zone.with(owner, "TXT", key.recordData());
    }
}
