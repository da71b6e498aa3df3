package dev.packhorse.engine.component.web;

import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.ServicePrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The web server's programs.
///
/// Source: `apachectl configtest` and `graceful` of Apache, `nginx -t` and `-s reload` of nginx.
final class WebServer {
    private WebServer() {}

    static Optional<Path> program(ServicePrograms programs, RestoreTarget target)
            throws IOException {
        return programs.find(target.context().services().root(), ServicePrograms.WEB_SERVER);
    }

    /// What the web server complains of in its configuration; empty if it does not, or there is no
    /// web server.
    static Optional<String> fault(ServicePrograms programs, RestoreTarget target)
            throws IOException {
        Optional<Path> program = program(programs, target);
        return program.isEmpty()
                ? Optional.empty()
                : programs.run(
                        program.get(),
                        List.of(isNginx(program.get()) ? "-t" : "configtest"),
                        target.context().cancellation());
    }

    /// Has it read its configuration anew.
    static Optional<String> reload(ServicePrograms programs, Path program, RestoreTarget target)
            throws IOException {
        return programs.run(
                program,
                isNginx(program) ? List.of("-s", "reload") : List.of("graceful"),
                target.context().cancellation());
    }

    private static boolean isNginx(Path program) {
        return program.endsWith("nginx");
    }
}
