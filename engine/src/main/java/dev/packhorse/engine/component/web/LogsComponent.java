package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.HostTree;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The access logs of the account's web sites and FTP. Services write on while an account is
/// restored, so a log that has other entries here already is never replaced.
///
/// Source: names of public archives and of the web server's folder of logs.
public final class LogsComponent extends PanelComponent {
    private static final String FOLDER = "logs";
    private static final FileRights RIGHTS = FileRights.ofRoot(0640);

    public LogsComponent() {
        super(
                new ComponentName("Logs"),
                "Access logs of web sites and FTP.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of(FOLDER + "/"),
                "logs of web sites in " + ServiceLayout.LOGS_FOLDER);
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        if (files.stat(ServiceLayout.LOGS_FOLDER).isEmpty()) {
            return PackReport.EMPTY;
        }
        HostTree tree = new HostTree(files, context.cancellation());
        try (Directory folder = files.open(ServiceLayout.LOGS_FOLDER)) {
            for (String each : names(context.account().domains().all())) {
                context.cancellation().check();
                ByteName name = ByteName.of(each);
                Optional<FileStat> stat = folder.find(name);
                if (stat.isPresent() && stat.get().type() == FileType.REGULAR) {
                    tree.packFile(folder, name, FOLDER + "/" + each, sink);
                }
            }
        }
        return tree.count() == 0
                ? PackReport.EMPTY
                : new PackReport(Map.of("logs", tree.count()), tree.leftOut().toList());
    }

    private static Set<String> names(Set<String> domains) {
        Set<String> names = new TreeSet<>();
        for (String domain : domains) {
            names.add(domain);
            names.add(domain + "-ssl_log");
            names.add(domain + "-bytes_log");
            names.add("ftp." + domain + "-ftp_log");
        }
        return names;
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return !source.names(FOLDER).isEmpty();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        Set<String> own = names(target.domains());
        target.files().makeFolder(ServiceLayout.LOGS_FOLDER, FileRights.ofRoot(0711));
        HostTree tree = new HostTree(target.files(), target.context().cancellation());
        long logs = 0;
        for (String name : source.names(FOLDER)) {
            Optional<Path> file = source.file(FOLDER + "/" + name);
            if (file.isEmpty() || !own.contains(name)) {
                target.notes()
                        .skipped(
                                JsonFields.printable(FOLDER + "/" + name)
                                        + ": no log of this account");
                continue;
            }
            switch (compare(target, ByteName.of(name), file.get())) {
                case ABSENT ->
                        tree.restoreFile(
                                file.get(), ServiceLayout.LOGS_FOLDER, ByteName.of(name), RIGHTS);
                case OTHER ->
                        target.notes()
                                .skipped("log " + name + ": has other entries on this server");
                case SAME -> {
                    // with what was written here since at its end
                }
            }
            logs++;
        }
        return target.notes().report(Map.of("logs", logs));
    }

    private enum Here {
        ABSENT,
        SAME,
        OTHER
    }

    /// Whether the log of this server begins with that of the archive.
    private static Here compare(RestoreTarget target, ByteName name, Path archived)
            throws IOException {
        String path = ServiceLayout.LOGS_FOLDER + "/" + name;
        if (target.files().stat(path).isEmpty()) {
            return Here.ABSENT;
        }
        try (Directory folder = target.files().at(path).open(ServiceLayout.LOGS_FOLDER)) {
            Optional<FileStat> stat = folder.find(name);
            if (stat.isEmpty() || stat.get().sizeBytes() == 0) {
                return Here.ABSENT;
            }
            if (stat.get().sizeBytes() < Files.size(archived)) {
                return Here.OTHER;
            }
            try (PosixFile live = folder.openForReading(name);
                    InputStream old = Files.newInputStream(archived);
                    InputStream now = live.asInputStream()) {
                return beginsWith(now, old) ? Here.SAME : Here.OTHER;
            }
        }
    }

    private static boolean beginsWith(InputStream text, InputStream head) throws IOException {
        byte[] expected = head.readNBytes(1 << 16);
        while (expected.length > 0) {
            if (!java.util.Arrays.equals(expected, text.readNBytes(expected.length))) {
                return false;
            }
            expected = head.readNBytes(1 << 16);
        }
        return true;
    }
}
