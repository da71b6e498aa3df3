package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// A module of a folder that root keeps for an account, one file of JSON a thing.
abstract class JsonFolderComponent extends PanelComponent {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

    private final String folder;
    private final Function<AccountName, String> place;
    private final String counted;

    JsonFolderComponent(
            ComponentName name,
            String summary,
            boolean availableRestricted,
            String folder,
            Function<AccountName, String> place,
            String kept,
            String counted) {
        super(
                name,
                summary,
                availableRestricted,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of(folder + "/"),
                kept);
        this.folder = folder;
        this.place = place;
        this.counted = counted;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        String live = place.apply(context.account().name());
        ItemList warnings = new ItemList();
        long count = 0;
        for (ByteName name : files.list(live)) {
            Optional<byte[]> content =
                    NAME.matcher(name.toString()).matches()
                            ? files.readBytes(live + "/" + name, StrictJson.MAX_BYTES)
                            : Optional.empty();
            if (content.isPresent()) {
                sink.addBytes(folder + "/" + name, 0600, content.get());
                count++;
            } else {
                warnings.add(
                        live + "/" + name + ": not packed, its name is not one of this folder");
            }
        }
        return count == 0 && warnings.isEmpty()
                ? PackReport.EMPTY
                : new PackReport(Map.of(counted, count), warnings.toList());
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return !source.names(folder).isEmpty();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String live = place.apply(target.account().name());
        target.files().makeFolder(live, FileRights.ofRoot(0700));
        long count = 0;
        for (String name : source.names(folder)) {
            String member = folder + "/" + name;
            Optional<byte[]> content = content(member, name, source, target);
            if (content.isPresent()) {
                target.files()
                        .replaceContent(live + "/" + name, content.get(), FileRights.ofRoot(0600));
                count++;
            }
        }
        return target.notes().report(Map.of(counted, count));
    }

    private Optional<byte[]> content(
            String member, String name, ArchiveSource source, RestoreTarget target)
            throws IOException {
        Optional<String> text =
                NAME.matcher(name).matches() ? source.text(member) : Optional.empty();
        if (text.isEmpty()) {
            target.notes()
                    .skipped(JsonFields.printable(member) + ": not a file of this folder's kind");
            return Optional.empty();
        }
        try {
            ObjectNode node = StrictJson.object(member, text.get());
            return Optional.of(
                    target.restricted()
                            ? StrictJson.bytes(taken(member, node, target))
                            : text.get().getBytes(StandardCharsets.UTF_8));
        } catch (ComponentException e) {
            target.notes().skipped(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// What is taken from an archive of unknown origin; what is left out is told.
    abstract ObjectNode taken(String member, ObjectNode node, RestoreTarget target);
}
