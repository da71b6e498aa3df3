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
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The locale in which the account sees its pages, if somebody made it on this server. All accounts
/// share a locale, so one that the server has already is never replaced.
public final class CustomLocaleComponent extends PanelComponent {
    private static final String FOLDER = "locale";
    private static final String ENDING = ".yaml";
    private static final Pattern TAG = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{1,31}");

    public CustomLocaleComponent() {
        super(
                new ComponentName("CustomLocale"),
                "The account's locale, if it was made on its server.",
                false,
                Set.of(Components.CP_USER),
                Set.of(FOLDER + "/"),
                "locales of its own");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        String tag = context.account().setting("LOCALE", "en");
        Optional<byte[]> live =
                TAG.matcher(tag).matches()
                        ? new HostFiles(context.services().root())
                                .readBytes(ServiceLayout.customLocale(tag), HostFiles.DEFAULT_LIMIT)
                        : Optional.empty();
        if (live.isEmpty()) {
            return PackReport.EMPTY;
        }
        sink.addBytes(FOLDER + "/" + tag + ENDING, 0600, live.get());
        return PackReport.of(Map.of("locales", 1L));
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return !source.names(FOLDER).isEmpty();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long locales = 0;
        for (String name : source.names(FOLDER)) {
            String tag = name.endsWith(ENDING) ? name.substring(0, name.length() - 5) : "";
            Optional<String> text =
                    TAG.matcher(tag).matches()
                            ? source.text(FOLDER + "/" + name)
                            : Optional.empty();
            if (text.isEmpty()) {
                target.notes().skipped(JsonFields.printable(FOLDER + "/" + name) + ": no locale");
                continue;
            }
            String path = ServiceLayout.customLocale(tag);
            Optional<String> live = target.files().readText(path);
            if (live.isEmpty()) {
                byte[] content = text.get().getBytes(StandardCharsets.UTF_8);
                target.files().write(path, content, FileRights.ofRoot(0644));
            } else if (!live.equals(text)) {
                target.notes()
                        .skipped("locale " + tag + ": this server has another one of the name");
            }
            locales++;
        }
        return target.notes().report(Map.of("locales", locales));
    }
}
