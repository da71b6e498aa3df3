package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.HostTree;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How much the account has moved over the network: the figures of this month by name, and the
/// panel's SQLite file with the history. That file is opened by programs of root's, so it comes
/// back from archives of this server alone. The forms `bandwidth_db.json` and
/// `bandwidth_db.data.json` of other writers are not published and are told, not read.
public final class BandwidthDataComponent extends PanelComponent {
    private static final String HISTORY = "bandwidth/history.sqlite";
    private static final String FIGURES = "bandwidth/figures.json";
    private static final Set<String> UNKNOWN =
            new TreeSet<>(Set.of("bandwidth_db.json", "bandwidth_db.data.json"));
    private static final FileRights RIGHTS = FileRights.ofRoot(0600);
    private static final FileRights OPEN = FileRights.ofRoot(0644);

    public BandwidthDataComponent() {
        super(
                new ComponentName("BandwidthData"),
                "How much the account has moved over the network.",
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of("bandwidth/"),
                "figures of network traffic");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        ItemList warnings = new ItemList();
        Map<String, Long> counts = new TreeMap<>();
        Optional<Path> copy =
                new SqliteCopy(files, context.staging(), context.cancellation())
                        .of(ServiceLayout.bandwidthDatabase(context.account().name()), warnings);
        if (copy.isPresent()) {
            try {
                addFile(sink, copy.get());
                counts.put("histories", 1L);
            } finally {
                Files.delete(copy.get());
            }
        }
        ObjectNode figures = figures(files, context);
        if (!figures.isEmpty()) {
            sink.addBytes(FIGURES, 0600, StrictJson.bytes(figures));
            counts.put("figures", (long) figures.size());
        }
        return new PackReport(counts, warnings.toList());
    }

    private static void addFile(ArchiveSink sink, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            sink.add(
                    ArchiveEntry.RegularFile.of(
                            BytePath.of(HISTORY),
                            Attributes.ofRoot(0600, sink.metadataTime()),
                            channel.size()),
                    channel::read);
        }
    }

    private static ObjectNode figures(HostFiles files, PackContext context) throws IOException {
        ObjectNode figures = StrictJson.empty();
        Set<String> names = new TreeSet<>(context.account().domains().all());
        names.removeIf(name -> name.startsWith("*"));
        names.add(context.account().name().value());
        for (String name : names) {
            Optional<String> figure =
                    files.readText(ServiceLayout.bandwidthFigure(name))
                            .map(String::strip)
                            .filter(text -> text.matches("[0-9]{1,18}"));
            if (figure.isPresent()) {
                figures.put(name, Long.parseLong(figure.get()));
            }
        }
        return figures;
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return source.file(HISTORY).isPresent()
                || source.file(FIGURES).isPresent()
                || UNKNOWN.stream().anyMatch(each -> source.file(each).isPresent());
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        Map<String, Long> counts = new TreeMap<>();
        Optional<Path> history = source.file(HISTORY);
        if (history.isPresent() && takes(history.get(), target)) {
            restoreHistory(history.get(), target);
            counts.put("histories", 1L);
        }
        Optional<String> figures = source.text(FIGURES);
        if (figures.isPresent()) {
            counts.put("figures", restoreFigures(figures.get(), target));
        }
        for (String each : UNKNOWN) {
            if (source.file(each).isPresent()) {
                target.notes().skipped(each + ": a form that is not published");
            }
        }
        return target.notes().report(counts);
    }

    private static boolean takes(Path history, RestoreTarget target) throws IOException {
        if (target.restricted()) {
            target.notes()
                    .skipped(
                            HISTORY
                                    + ": a database that root's programs open, not taken from an"
                                    + " archive of unknown origin");
            return false;
        }
        if (!SqliteCopy.isSqlite(history)) {
            target.notes().skipped(HISTORY + ": not a SQLite file");
            return false;
        }
        return true;
    }

    private static void restoreHistory(Path history, RestoreTarget target) throws IOException {
        String path = ServiceLayout.bandwidthDatabase(target.account().name());
        int slash = path.lastIndexOf('/');
        target.files().makeFolder(path.substring(0, slash), FileRights.ofRoot(0711));
        new HostTree(target.files(), target.context().cancellation())
                .restoreFile(
                        history,
                        path.substring(0, slash),
                        ByteName.of(path.substring(slash + 1)),
                        RIGHTS);
    }

    private static long restoreFigures(String text, RestoreTarget target)
            throws ComponentException, IOException {
        String old = target.packedAs().value();
        long restored = 0;
        for (Map.Entry<String, JsonNode> each : StrictJson.object(FIGURES, text).properties()) {
            String key = each.getKey();
            String name = key.equals(old) ? target.account().name().value() : key;
            boolean own = key.equals(old) || target.domains().contains(name);
            if (!own || !each.getValue().isIntegralNumber() || each.getValue().longValue() < 0) {
                target.notes()
                        .skipped(
                                "the figure of "
                                        + JsonFields.printable(key)
                                        + ": not the account's");
                continue;
            }
            byte[] figure =
                    Long.toString(each.getValue().longValue()).getBytes(StandardCharsets.US_ASCII);
            target.files().replaceContent(ServiceLayout.bandwidthFigure(name), figure, OPEN);
            restored++;
        }
        return restored;
    }
}
