package dev.packhorse.cli;

import dev.packhorse.engine.daemon.OneShotIndexer;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.KeptArchives;
import dev.packhorse.engine.settings.ConfigException;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `packhorse index`: makes the index of an archive anew.
@Command(
        name = "index",
        description = {
            "Read an archive once and put its index beside it, so that ls and cat can be used.",
            "Works in this process and needs no daemon. Every backup writes an index by itself.",
        },
        mixinStandardHelpOptions = true)
final class IndexCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER", description = "The account.")
    private String user = "";

    @Parameters(
            index = "1",
            paramLabel = "DATE",
            description = "The restore point, as 2026-11-25 or weekly/2026-11-22.")
    private String date = "";

    @Mixin private ConfigOptions options;

    @Override
    public Integer call() throws ConfigException, UserError {
        Settings settings = options.load();
        HostRoot root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
        return Browsing.guarded(
                user,
                (account, _) -> {
                    KeptArchives archives = KeptArchives.of(root);
                    new OneShotIndexer(settings).index(archives, archives.find(account, date));
                });
    }
}
