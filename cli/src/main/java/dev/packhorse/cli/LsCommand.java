package dev.packhorse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.packhorse.cli.render.EntryText;
import dev.packhorse.engine.job.KeptArchive;
import dev.packhorse.engine.job.OpenedArchive;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.settings.ConfigException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `packhorse ls`: looks into the backup directory and the archives there.
@Command(
        name = "ls",
        description = {
            "List an account's restore points, or what one of them holds; here or at a destination.",
            "Works in this process, needs no daemon, and reads nothing of the archive but its index.",
        },
        mixinStandardHelpOptions = true)
final class LsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER", description = "The account.")
    private String user = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATE",
            description =
                    "The restore point, as 2026-11-25, 2026-11-25.1400 or weekly/2026-11-22 (default: list them).")
    private @Nullable String date;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "PATH",
            description = "A folder or file in it, as homedir/public_html (default: the top).")
    private @Nullable String path;

    @Option(
            names = {"-R", "--recursive"},
            description = "List all below the folder, too.")
    private boolean recursive;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Mixin private Browsing browsing;

    @Override
    public Integer call() throws ConfigException, UserError {
        Optional<BytePath> wanted =
                path == null || path.isEmpty()
                        ? Optional.empty()
                        : Optional.of(PathText.parse(path));
        return browsing.run(
                user,
                (place, out) -> {
                    if (date == null) {
                        points(place, out);
                    } else {
                        entries(place, date, wanted, out);
                    }
                });
    }

    private void points(Browsing.Place place, StandardOutput out) throws IOException {
        for (KeptArchive each : place.list()) {
            print(json ? EntryText.json(each) : EntryText.line(each), out);
        }
    }

    private void entries(
            Browsing.Place place, String when, Optional<BytePath> wanted, StandardOutput out)
            throws IOException {
        try (OpenedArchive opened = place.open(when)) {
            opened.list(
                    wanted,
                    recursive,
                    entry -> print(json ? EntryText.json(entry) : EntryText.line(entry), out));
        }
    }

    private static void print(String line, StandardOutput out) throws IOException {
        byte[] bytes = (line + "\n").getBytes(UTF_8);
        out.write(bytes, 0, bytes.length);
    }
}
