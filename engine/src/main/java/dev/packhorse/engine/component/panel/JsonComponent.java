package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A module of one file of JSON that root keeps for an account. An archive of this server gives it
/// back byte for byte; of any other archive the parts are taken that a rule knows.
abstract class JsonComponent extends PanelComponent {
    private static final FileRights PRIVATE = FileRights.ofRoot(0600);

    private final String member;
    private final Function<AccountName, String> place;
    private final String counted;

    /// @param member of the archive
    /// @param place of the file on the host
    /// @param kept the module's data in the plural
    /// @param counted the word under which the report counts it
    JsonComponent(
            ComponentName name,
            String summary,
            String member,
            Function<AccountName, String> place,
            String kept,
            String counted) {
        super(
                name,
                summary,
                true,
                Set.of(Components.ACCOUNT, Components.DOMAINS),
                Set.of(member),
                kept);
        this.member = member;
        this.place = place;
        this.counted = counted;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        String path = place.apply(context.account().name());
        Optional<byte[]> live =
                new HostFiles(context.services().root()).readBytes(path, StrictJson.MAX_BYTES);
        if (live.isEmpty()) {
            return PackReport.EMPTY;
        }
        sink.addBytes(member, 0600, live.get());
        try {
            ObjectNode node =
                    StrictJson.object(path, new String(live.get(), StandardCharsets.UTF_8));
            return PackReport.of(Map.of(counted, count(node)));
        } catch (ComponentException _) {
            return new PackReport(
                    Map.of(), List.of(path + ": packed as it is, but it holds no sound JSON"));
        }
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) throws IOException {
        return source.text(member).filter(text -> !text.isBlank()).isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String text = source.text(member).orElse("");
        ObjectNode node = StrictJson.object(member, text);
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        if (target.restricted()) {
            node = taken(member, node, target);
            content = StrictJson.bytes(node);
        }
        if (!target.restricted() || !node.isEmpty()) {
            target.files().replaceContent(place.apply(target.account().name()), content, PRIVATE);
        }
        return target.notes().report(Map.of(counted, count(node)));
    }

    /// How many things the file holds.
    abstract long count(ObjectNode node);

    /// What is taken from an archive of unknown origin; what is left out is told.
    abstract ObjectNode taken(String member, ObjectNode node, RestoreTarget target);
}
