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
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys with which zones are signed (DNSSEC), of a name server that keeps them in files beside
/// its zones, as BIND does. In an archive, `TAG_KSK.key` or `TAG_ZSK.key` is the private half and
/// `TAG_KSK.pub` the record of the public one, an addition of ours. A name server that keeps keys
/// in a database of its own (PowerDNS) is not asked for them.
///
/// Source: file names and private format of BIND 9; RFC 4034 section 2 and appendix B.
public final class DnssecComponent extends PanelComponent {
    private static final String FOLDER = "dnssec_keys";
    private static final Pattern LIVE =
            Pattern.compile("K(.+)\\.\\+([0-9]{3})\\+([0-9]{5})\\.private");
    private static final Pattern MEMBER = Pattern.compile("([0-9]{1,5})_(KSK|ZSK|CSK)\\.key");
    private static final int MAX_BYTES = 1 << 16;

    public DnssecComponent() {
        super(
                new ComponentName("DNSSEC"),
                "Keys with which zones are signed.",
                true,
                Set.of(Components.DOMAINS, Components.ZONE_FILE),
                Set.of(FOLDER + "/"),
                "keys for signing zones");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        Set<String> zones = context.account().domains().zones();
        long keys = 0;
        for (ByteName each : files.list(HostLayout.ZONES_FOLDER)) {
            Matcher name = LIVE.matcher(each.toString());
            if (name.matches() && zones.contains(name.group(1))) {
                keys += packOne(files, name.group(1), each.toString(), sink) ? 1 : 0;
            }
        }
        return keys == 0 ? PackReport.EMPTY : PackReport.of(Map.of("keys", keys));
    }

    private static boolean packOne(HostFiles files, String domain, String name, ArchiveSink sink)
            throws IOException {
        String stem = HostLayout.ZONES_FOLDER + "/" + name.substring(0, name.lastIndexOf('.'));
        Optional<byte[]> secret = files.readBytes(stem + ".private", MAX_BYTES);
        Optional<byte[]> half = files.readBytes(stem + ".key", MAX_BYTES);
        Optional<ZoneKey> key = half.flatMap(bytes -> ZoneKey.find(domain, text(bytes)));
        if (secret.isEmpty() || half.isEmpty() || key.isEmpty()) {
            return false;
        }
        String member = FOLDER + "/" + domain + "/" + key.get().tag() + "_" + key.get().kind();
        sink.addBytes(member + ".key", 0600, secret.get());
        sink.addBytes(member + ".pub", 0600, half.get());
        return true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return source.names(FOLDER).stream()
                .anyMatch(each -> !source.names(FOLDER + "/" + each).isEmpty());
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        if (target.files().stat(HostLayout.ZONES_FOLDER).isEmpty()) {
            return RestoreReport.absent("no name server with zones in " + HostLayout.ZONES_FOLDER);
        }
        FileRights rights = rights(target);
        long keys = 0;
        for (String domain : source.names(FOLDER)) {
            if (!target.account().domains().zones().contains(domain)) {
                target.notes()
                        .skipped(
                                "keys of zone "
                                        + JsonFields.printable(domain)
                                        + ": no zone of this account");
                continue;
            }
            for (String name : source.names(FOLDER + "/" + domain)) {
                if (name.endsWith(".key") && restoreOne(target, source, domain, name, rights)) {
                    keys++;
                }
            }
        }
        return target.notes().report(Map.of("keys", keys));
    }

    private static FileRights rights(RestoreTarget target) throws IOException {
        UserDatabase users = new UserDatabase(target.context().services().root());
        for (String name : new String[] {"named", "bind"}) {
            Optional<UserEntry> server = users.find(name);
            if (server.isPresent()) {
                return new FileRights(0600, server.get().uid(), server.get().gid());
            }
        }
        return FileRights.ofRoot(0600);
    }

    private static boolean restoreOne(
            RestoreTarget target,
            ArchiveSource source,
            String domain,
            String name,
            FileRights rights)
            throws IOException {
        String member = FOLDER + "/" + domain + "/" + name;
        String half = member.substring(0, member.length() - 4) + ".pub";
        Matcher tag = MEMBER.matcher(name);
        String secret = source.text(member).orElse("");
        Optional<ZoneKey> key = ZoneKey.find(domain, source.text(half).orElse(""));
        if (!tag.matches() || secret.length() > MAX_BYTES) {
            target.notes().skipped(JsonFields.printable(member) + ": not a key of a zone");
            return false;
        }
        if (key.isEmpty() || key.get().tag() != Integer.parseInt(tag.group(1))) {
            target.notes().skipped(member + ": without its public half, which BIND needs");
            return false;
        }
        if (!key.get().isSecretHalf(secret)) {
            target.notes().skipped(member + ": not in the private format of BIND");
            return false;
        }
        String stem = HostLayout.ZONES_FOLDER + "/" + key.get().fileStem();
        write(target, stem + ".private", secret, rights);
        String record = target.restricted() ? key.get().record() : source.text(half).orElse("");
        write(target, stem + ".key", record, new FileRights(0644, rights.uid(), rights.gid()));
        return true;
    }

    private static void write(RestoreTarget target, String path, String text, FileRights rights)
            throws IOException {
        target.files().replaceContent(path, text.getBytes(StandardCharsets.ISO_8859_1), rights);
    }
}
