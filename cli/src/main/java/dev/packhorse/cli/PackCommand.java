package dev.packhorse.cli;

import dev.packhorse.cli.daemon.PackProcess;
import dev.packhorse.engine.daemon.DaemonStartException;
import dev.packhorse.engine.daemon.PackRequest;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse pack`: packs one account in this process.
@Command(
        name = "pack",
        description = {
            "Pack one account into DIR/cpmove-USER.tar.gz here and now, as pkgacct does, and wait for it.",
            "Needs no daemon and does not disturb one that runs. The archive has its name only when it is whole.",
        },
        mixinStandardHelpOptions = true)
final class PackCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER", description = "The account.")
    private String user = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description =
                    "The server's folder for the archive (default: the one that holds the account's home).")
    private String folder = "";

    @Option(names = "--nocompress", description = "Write a .tar instead of a .tar.gz.")
    private boolean plain;

    @Option(names = "--compress", description = "Write a .tar.gz; this is the usual.")
    private boolean compress;

    @Option(
            names = "--level",
            paramLabel = "N",
            description = "How hard to compress: 1 to 9, or fast; sets backup.compression_level.")
    private @Nullable String level;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compress; sets backup.compression_threads.")
    private @Nullable String threads;

    @Option(names = "--skiphomedir", description = "Leave out the home directory.")
    private boolean skipHome;

    @Option(
            names = {"--skipacctdb", "--skipacctdbs"},
            description = "Leave out databases.")
    private boolean skipDatabases;

    @Option(names = "--skipdnszones", description = "Leave out DNS zones.")
    private boolean skipZones;

    @Option(
            names = "--serialized_output",
            description = "Print each line of the log in JSON, as it is kept.")
    private boolean serialized;

    @Mixin private ConfigOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, UserError, IOException {
        if (plain && compress) {
            throw new UserError(ExitCode.USAGE, "give --compress or --nocompress, not both");
        }
        PackRequest request =
                new PackRequest(
                        user, folder, !plain, skipHome, skipDatabases, skipZones, serialized);
        try {
            return exitCode(
                    new PackProcess()
                            .run(options.load(overrides()), request, spec.commandLine().getOut()));
        } catch (DaemonStartException e) {
            int code =
                    switch (e.kind()) {
                        case LOCKED -> ExitCode.LOCKED;
                        case CONFIG -> ExitCode.CONFIG;
                        case STORE -> ExitCode.STORE;
                        case FAILED -> ExitCode.FAILED;
                    };
            throw new UserError(code, String.valueOf(e.getMessage()));
        }
    }

    private List<String> overrides() {
        List<String> overrides = new ArrayList<>();
        if (level != null) {
            overrides.add(SettingKeys.BACKUP_COMPRESSION_LEVEL.name() + "=" + level);
        }
        if (threads != null) {
            overrides.add(SettingKeys.BACKUP_COMPRESSION_THREADS.name() + "=" + threads);
        }
        return overrides;
    }

    private static int exitCode(JobOutcome outcome) throws UserError {
        return switch (outcome) {
            case JobOutcome.Succeeded _ -> ExitCode.DONE;
            case JobOutcome.Partial _ -> ExitCode.WARNINGS;
            case JobOutcome.Cancelled _, JobOutcome.HandedBack _ -> ExitCode.INTERRUPTED;
            case JobOutcome.Superseded superseded ->
                    throw new UserError(ExitCode.FAILED, superseded.reason());
            case JobOutcome.Failed failed -> throw new UserError(ExitCode.FAILED, failed.reason());
            case JobOutcome.RetryAfter later ->
                    throw new UserError(ExitCode.FAILED, later.reason());
            case JobOutcome.Snoozed later -> throw new UserError(ExitCode.FAILED, later.reason());
        };
    }
}
