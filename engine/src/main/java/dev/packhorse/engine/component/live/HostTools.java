package dev.packhorse.engine.component.live;

import dev.packhorse.engine.component.KnownAfterwardsException;
import dev.packhorse.engine.host.HostRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// Tells by which programs restores drive this server, so that an administrator sees before the day
/// of need what is missing.
public final class HostTools {
    /// What is driven, and by which programs, the preferred one first.
    private record Tool(String purpose, List<String> names) {}

    private static final List<Tool> TOOLS =
            List.of(
                    new Tool("users", List.of("useradd")),
                    new Tool("zone check", List.of("named-checkzone")),
                    new Tool("name server", ServicePrograms.NAME_SERVER),
                    new Tool("web server", ServicePrograms.WEB_SERVER),
                    new Tool("mail server", ServicePrograms.MAIL_SERVER));

    private final ServicePrograms programs;

    public HostTools(ServicePrograms programs) {
        this.programs = programs;
    }

    /// One line: each purpose with the program that was found, or `none`; for a root that is not
    /// the running system, that its services are not driven.
    ///
    /// @throws KnownAfterwardsException in a rehearsal
    public String describe(HostRoot root) throws KnownAfterwardsException {
        if (!programs.drives(root)) {
            return "files only: the services of another root are not driven";
        }
        StringJoiner line = new StringJoiner(", ");
        for (Tool tool : TOOLS) {
            Optional<Path> program = programs.find(root, tool.names());
            line.add(
                    tool.purpose()
                            + " "
                            + program.map(path -> String.valueOf(path.getFileName()))
                                    .orElse("none"));
        }
        return line.toString();
    }
}
