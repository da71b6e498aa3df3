package dev.packhorse.engine.component.live;

import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;

/// Switches of the whole server.
///
/// Source: `key=value` lines of `/var/cpanel/cpanel.config`, as public programs read them.
public final class Tweaks {
    private Tweaks() {}

    /// Whether a switch is on; one that is not there is off.
    public static boolean isOn(HostFiles files, String key) throws IOException {
        return files.readText(ServiceLayout.TWEAKS)
                .orElse("")
                .lines()
                .anyMatch((key + "=1")::equals);
    }
}
