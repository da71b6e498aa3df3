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
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Lines that an administrator added to the configuration of the account's virtual hosts. They are
/// read by the web server as root, so they come back from archives of this server alone; and if the
/// web server then refuses its configuration, what was there before is put back.
///
/// Source: `/etc/apache2/conf.d/userdata/{std,ssl}/2_4/USER/[DOMAIN/]NAME.conf`, as public programs
/// write them; in an archive `httpfiles/{std,ssl}/[DOMAIN/]NAME.conf`, ours.
public final class VhostIncludesComponent extends PanelComponent {
    private static final String FOLDER = "httpfiles";
    private static final List<String> KINDS = List.of("std", "ssl");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\\.conf");
    private static final int MAX_CHARACTERS = 1 << 20;

    private final ServicePrograms programs;

    public VhostIncludesComponent() {
        this(ServicePrograms.ofSystem());
    }

    /// @param programs by which the web server's configuration is checked
    public VhostIncludesComponent(ServicePrograms programs) {
        super(
                new ComponentName("VhostIncludes"),
                "Lines added to the configuration of the account's web sites.",
                false,
                Set.of(Components.DOMAINS, Components.USERDATA),
                Set.of(FOLDER + "/"),
                "includes of web sites");
        this.programs = programs;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostTree tree =
                new HostTree(new HostFiles(context.services().root()), context.cancellation());
        for (String kind : KINDS) {
            tree.pack(
                    ServiceLayout.includes(kind, context.account().name()),
                    FOLDER + "/" + kind,
                    sink);
        }
        return tree.count() == 0 && tree.leftOut().isEmpty()
                ? PackReport.EMPTY
                : new PackReport(Map.of("includes", tree.count()), tree.leftOut().toList());
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return !source.names(FOLDER).isEmpty();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (String kind : source.names(FOLDER)) {
            String member = FOLDER + "/" + kind;
            if (!KINDS.contains(kind)) {
                target.notes().skipped(JsonFields.printable(member) + ": neither std nor ssl");
                continue;
            }
            String place = ServiceLayout.includes(kind, target.account().name());
            collect(target, source, member, place, wanted);
            for (String domain : source.names(member)) {
                if (target.domains().contains(domain)) {
                    collect(target, source, member + "/" + domain, place + "/" + domain, wanted);
                }
            }
        }
        List<Before> before = write(target, wanted);
        Optional<String> fault = WebServer.fault(programs, target);
        if (fault.isPresent()) {
            undo(target, before);
            throw new ComponentException(
                    "the web server refuses its configuration with the includes, they were taken"
                            + " out again: "
                            + fault.get());
        }
        return target.notes().report(Map.of("includes", (long) wanted.size()));
    }

    private static void collect(
            RestoreTarget target,
            ArchiveSource source,
            String member,
            String place,
            Map<String, String> wanted)
            throws IOException {
        for (String name : source.names(member)) {
            String path = member + "/" + name;
            boolean file = source.file(path).isPresent();
            if (file && FILE.matcher(name).matches()) {
                String text = source.text(path).orElse("");
                if (text.length() <= MAX_CHARACTERS) {
                    wanted.put(place + "/" + name, target.move().apply(text));
                    continue;
                }
            }
            if (file || !target.domains().contains(name)) {
                target.notes().skipped(JsonFields.printable(path) + ": no include of this account");
            }
        }
    }

    /// A file as it was before, empty if it was not there.
    private record Before(String path, Optional<String> text) {}

    private static List<Before> write(RestoreTarget target, Map<String, String> wanted)
            throws IOException {
        List<Before> before = new ArrayList<>();
        for (Map.Entry<String, String> each : wanted.entrySet()) {
            before.add(new Before(each.getKey(), target.files().readText(each.getKey())));
            put(target, each.getKey(), each.getValue());
        }
        return before;
    }

    private static void undo(RestoreTarget target, List<Before> before) throws IOException {
        for (Before each : before) {
            if (each.text().isPresent()) {
                put(target, each.path(), each.text().get());
            } else {
                target.files().remove(each.path());
            }
        }
    }

    private static void put(RestoreTarget target, String path, String text) throws IOException {
        target.files().replaceContent(path, LosslessText.encode(text), FileRights.ofRoot(0644));
    }
}
