package dev.packhorse.cli;

import dev.packhorse.engine.daemon.ConfigCheck;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKey;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `packhorse config`: looks at the configuration without a daemon.
@Command(
        name = "config",
        description = "Check the configuration.",
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand {
    private ConfigCommand() {}

    /// `packhorse config check`.
    @Command(
            name = "check",
            description = "Read the configuration as the daemon would, and print what is in force.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Mixin private ConfigOptions options;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws ConfigException {
            Settings settings = options.load();
            ConfigCheck.refuseUnfitAndFiles(settings);
            var out = spec.commandLine().getOut();
            for (SettingKey<?> key : SettingKeys.all()) {
                out.println(key.name() + ": " + settings.get(key));
            }
            for (Plan plan : settings.plans()) {
                plan.written()
                        .forEach((key, text) ->
                                out.println("plans." + plan.name() + "." + key + ": " + text));
            }
            out.flush();
            return ExitCode.DONE;
        }
    }
}
