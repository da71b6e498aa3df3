package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.Manifest;
import dev.packhorse.engine.archive.ManifestJson;
import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.archive.Packing;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.gzip.GzipSettings;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.index.IndexFile;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.staging.StagingArea;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What every job that packs an account works with.
///
/// @param components the modules, in order
/// @param services what this server has
/// @param sessions the sessions and their logs
/// @param staging where dumps wait
/// @param mac seals manifests
/// @param compression how archives are compressed
/// @param reuse whether archives take over what has not changed since the one before
/// @param unsound whether nothing is taken over from an archive of the backup directory: it was
///   found damaged, or shares files with what was
/// @param hooks the scripts around each packing
/// @param clock the time
/// @param node this server's name among those of its store
public record PackingPlant(
        List<AccountComponent> components,
        HostServices services,
        SessionStore sessions,
        StagingArea staging,
        ManifestMac mac,
        GzipSettings compression,
        boolean reuse,
        ArchiveDoubts unsound,
        HookRunner hooks,
        InstantSource clock,
        String node) {
    public PackingPlant {
        components = List.copyOf(components);
    }

    AccountArchiver archiver(PackingHooks hooks) {
        return new AccountArchiver(packer(hooks), hooks);
    }

    AccountPacker packer(PackingHooks hooks) {
        return new AccountPacker(components, hooks);
    }

    PackingHooks hooks(PackContext context, PackingHooks.Form form) {
        return new PackingHooks(hooks, context, form);
    }

    Packing packing(boolean compressed) {
        return compressed
                ? new Packing.Gzip(compression)
                : new Packing.Plain(compression.threads());
    }

    /// The session that a job was given, or a new one.
    SessionId session(String given, AccountName account) throws IOException {
        return given.isEmpty()
                ? sessions.createPkgacct(account.value()).id()
                : new SessionId(given);
    }

    /// The sealed manifest of an archive, as bytes of its file.
    byte[] manifest(
            AccountName account, String fileName, String label, AccountArchiver.Archived archived) {
        TreeMap<String, Manifest.Packed> components = new TreeMap<>();
        for (Map.Entry<String, PackReport> report : archived.reports().entrySet()) {
            PackReport packed = report.getValue();
            components.put(report.getKey(), Manifest.Packed.of(packed.counts(), packed.warnings()));
        }
        PackedArchive archive = archived.archive();
        Manifest manifest =
                new Manifest(
                        Manifest.FORMAT,
                        account,
                        clock.instant(),
                        node,
                        new Manifest.ArchiveFile(fileName, archive.sizeBytes(), archive.sha256()),
                        archive.index()
                                .map(file -> List.of(indexFile(account, file)))
                                .orElse(List.of()),
                        archive.totals(),
                        components,
                        label);
        return ManifestJson.write(mac.seal(manifest));
    }

    private static Manifest.ArchiveFile indexFile(AccountName account, IndexFile file) {
        return new Manifest.ArchiveFile(
                account + BackupDirectory.INDEX_SUFFIX, file.sizeBytes(), file.sha256());
    }

    /// The lines by which wrapper scripts learn where the archive is. Source: cpmove-format 1.1
    /// (pkgacct's output).
    ///
    /// @param archive where it is
    void logTotals(SessionLog log, String archive, AccountArchiver.Archived archived) {
        log.line("pkgacctfile is: " + archive);
        log.line("size is: " + archived.archive().sizeBytes());
        PkgacctLog.totals(log, archived);
    }
}
