package dev.packhorse.cli;

import dev.packhorse.cli.render.LogText;
import dev.packhorse.engine.job.OpenedArchive;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.settings.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse cat`: one file, or a folder, out of an archive.
@Command(
        name = "cat",
        description = {
            "Write one file of a restore point to the output, byte for byte, or a folder as a tar archive.",
            "Works in this process, needs no daemon, and reads of the archive only what holds it.",
        },
        mixinStandardHelpOptions = true)
final class CatCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER", description = "The account.")
    private String user = "";

    @Parameters(
            index = "1",
            paramLabel = "DATE",
            description = "The restore point, as 2026-11-25 or weekly/2026-11-22.")
    private String date = "";

    @Parameters(
            index = "2",
            paramLabel = "PATH",
            description = "The file in it, as homedir/public_html/index.php.")
    private String path = "";

    @Option(
            names = "--tar",
            description =
                    "Write a tar archive: a folder with all below it, as homedir/mail, or a file.")
    private boolean tar;

    @Spec private CommandSpec spec;

    @Mixin private Browsing browsing;

    @Override
    public Integer call() throws ConfigException, UserError {
        BytePath wanted = PathText.parse(path);
        return browsing.run(
                user,
                (place, out) -> {
                    try (OpenedArchive opened = place.open(date)) {
                        if (tar) {
                            opened.copyTar(wanted, out, this::tell);
                        } else {
                            opened.copy(wanted, out);
                        }
                    }
                });
    }

    private void tell(String leftOut) {
        spec.commandLine().getErr().println(LogText.printable("left out: " + leftOut));
    }
}
