package dev.packhorse.engine.daemon;

import dev.packhorse.engine.archive.ManifestMac;
import dev.packhorse.engine.job.IndexRemake;
import dev.packhorse.engine.job.KeptArchive;
import dev.packhorse.engine.job.KeptArchives;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;

/// Makes indexes of archives in this process, with this server's key for manifests. One thread.
public final class OneShotIndexer {
    private final Settings settings;

    public OneShotIndexer(Settings settings) {
        this.settings = settings;
    }

    /// As [IndexRemake#run].
    ///
    /// @throws IOException also if the state folder cannot be used
    public void index(KeptArchives archives, KeptArchive archive) throws IOException {
        new IndexRemake(
                        archives.directory(),
                        new ManifestMac(StateKey.MANIFEST.load(settings.get(SettingKeys.STATE))))
                .run(archive);
    }
}
