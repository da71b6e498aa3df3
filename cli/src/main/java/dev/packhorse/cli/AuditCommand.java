package dev.packhorse.cli;

import dev.packhorse.engine.audit.AuditFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `packhorse audit`: who changed what, with a daemon or without.
@Command(
        name = "audit",
        description =
                "Print who changed what and who was refused, or check that nobody altered it.",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    private static final String FOLDER = "audit";

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "The newest so many lines (default: ${DEFAULT-VALUE}); 0 for all.")
    private int last = 50;

    @Option(
            names = "--check",
            description = "Check that each line is as it was written and follows the one before.")
    private boolean check;

    @Mixin private StateOption state;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, UserError {
        PrintWriter out = spec.commandLine().getOut();
        AuditFiles files = new AuditFiles(state.folder().path().resolve(FOLDER));
        if (check) {
            AuditFiles.Checked checked = files.check();
            if (checked.firstBreak().isPresent()) {
                throw new UserError(
                        ExitCode.FAILED,
                        "the audit trail was altered after "
                                + checked.lines()
                                + " good lines: "
                                + checked.firstBreak().get());
            }
            out.println(checked.lines() + " lines are as they were written");
            return ExitCode.DONE;
        }
        if (last <= 0) {
            files.forEach(out::println);
            return ExitCode.DONE;
        }
        ArrayDeque<String> newest = new ArrayDeque<>();
        files.forEach(line -> {
            newest.addLast(line);
            if (newest.size() > last) {
                newest.removeFirst();
            }
        });
        newest.forEach(out::println);
        return ExitCode.DONE;
    }
}
