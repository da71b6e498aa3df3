package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomePasswd;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// The Web Disk logins in the home, `etc/webdav/passwd`: their numbers become the account's on this
/// server, their folders must lie in its home.
public final class WebDiskHomedirComponent extends ActionComponent {
    public WebDiskHomedirComponent() {
        super(
                new ComponentName("WebDiskHomedir"),
                "Folders and numbers of Web Disk logins.",
                true,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long logins =
                HomeWork.in(
                        target.context().services().root(),
                        target.account(),
                        home ->
                                new HomePasswd(target, "etc/webdav", _ -> target.account().home())
                                        .fit(home));
        return logins == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("webdisks", logins));
    }
}
