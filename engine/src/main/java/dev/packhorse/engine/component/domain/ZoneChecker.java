package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.posix.LosslessText;
import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ChildOutput;
import dev.packhorse.engine.process.ChildProcess;
import dev.packhorse.engine.process.ChildResult;
import dev.packhorse.engine.process.ProgramFinder;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Has a zone checked by the name server's own program, where it is installed.
final class ZoneChecker {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int KEPT = 300;

    private ZoneChecker() {}

    /// Why the program refuses the zone, empty if it does not or is not installed.
    ///
    /// @param staging a folder of root's
    static Optional<String> objection(
            String domain, String text, Path staging, Cancellation cancellation)
            throws IOException {
        Optional<Path> program = ProgramFinder.system().find("named-checkzone");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path file = Files.createTempFile(staging, "zone", ".db");
        try {
            Files.write(file, LosslessText.encode(text));
            StringBuilder output = new StringBuilder();
            ChildOutput keep =
                    (bytes, offset, length) -> {
                        if (output.length() < KEPT) {
                            output.append(
                                    new String(bytes, offset, length, StandardCharsets.UTF_8));
                        }
                    };
            ChildResult result =
                    ChildProcess.of(
                                    program.get(),
                                    List.of("-i", "none", "-k", "ignore", domain, file.toString()))
                            .withLimits(LIMIT, LIMIT)
                            .withCancellation(cancellation)
                            .run(ChildInput.NONE, keep);
            return result.succeeded() ? Optional.empty() : Optional.of(reason(output, file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String reason(StringBuilder output, Path file) {
        String first = output.toString().lines().findFirst().orElse("no reason given");
        String text = first.replace(file.toString(), "the zone");
        return "named-checkzone: " + (text.length() > KEPT ? text.substring(0, KEPT) : text);
    }
}
