package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.HostRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Has the web server serve the restored sites: the panel's program writes the configuration where
/// there is one; then the configuration is tested, and only if it is sound the web server reads it.
///
/// Source: `rebuildhttpdconf` among the panel's scripts.
public final class VhostsComponent extends ActionComponent {
    private final ServicePrograms programs;

    public VhostsComponent() {
        this(ServicePrograms.ofSystem());
    }

    /// @param programs by which the web server is driven
    public VhostsComponent(ServicePrograms programs) {
        super(
                new ComponentName("Vhosts"),
                "Has the web server serve the restored sites.",
                true,
                Set.of(
                        Components.USERDATA,
                        Components.SSL,
                        Components.HOMEDIR,
                        new ComponentName("VhostIncludes")));
        this.programs = programs;
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        HostRoot root = target.context().services().root();
        if (!programs.drives(root)) {
            target.context()
                    .log()
                    .line("The host root is not the running system: web server not reloaded.");
            return RestoreReport.nothing();
        }
        Optional<Path> writer = programs.find(root, "rebuildhttpdconf");
        if (writer.isPresent()) {
            Optional<String> fault =
                    programs.run(writer.get(), List.of(), target.context().cancellation());
            if (fault.isPresent()) {
                throw new ComponentException("no configuration of the web server: " + fault.get());
            }
        }
        Optional<Path> server = WebServer.program(programs, target);
        if (server.isEmpty()) {
            return RestoreReport.absent("no web server on this server (apachectl, nginx)");
        }
        Optional<String> fault = WebServer.fault(programs, target);
        if (fault.isPresent()) {
            throw new ComponentException(
                    "the web server refuses its configuration and was not reloaded: "
                            + fault.get());
        }
        Optional<String> refusal = WebServer.reload(programs, server.get(), target);
        if (refusal.isPresent()) {
            throw new ComponentException("the web server was not reloaded: " + refusal.get());
        }
        return RestoreReport.done(Map.of());
    }
}
