package dev.packhorse.engine.component.mail;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.Tweaks;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/// The switch for the spam filter in the home. Where this server has the filter turned off for all,
/// the account's switch goes too, since mail would wait for a filter that never answers.
///
/// Source: `.spamassassinenable` in the home, `skipspamassassin` in the server's settings.
public final class SpamAssassinComponent extends ActionComponent {
    private static final ByteName SWITCH = ByteName.of(".spamassassinenable");

    public SpamAssassinComponent() {
        super(
                new ComponentName("SpamAssassin"),
                "Turns the account's spam filter off where the server has none.",
                false,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        if (!isPanel(target) || !Tweaks.isOn(target.files(), "skipspamassassin")) {
            return RestoreReport.nothing();
        }
        boolean removed =
                HomeWork.in(
                        target.context().services().root(),
                        target.account(),
                        SpamAssassinComponent::remove);
        if (!removed) {
            return RestoreReport.nothing();
        }
        target.notes().altered("spam filter: off, this server does not run SpamAssassin");
        return target.notes().report(Map.of());
    }

    private static boolean remove(Directory home) throws IOException {
        if (home.find(SWITCH).isEmpty()) {
            return false;
        }
        home.removeFile(SWITCH);
        return true;
    }
}
