package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Settings that only make sense where the server has what they name: the theme of the account's
/// pages. One that is not installed here gives way to one that is.
public final class LocalConfigComponent extends ActionComponent {
    private static final String KEY = "RS";
    private static final String USUAL = "jupiter";
    private static final Pattern THEME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    public LocalConfigComponent() {
        super(
                new ComponentName("LocalConfig"),
                "Fits the account's settings to what this server has installed.",
                true,
                Set.of(Components.CP_USER));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        List<String> themes =
                target.files().list(ServiceLayout.THEMES_FOLDER).stream()
                        .map(ByteName::toString)
                        .filter(name -> THEME.matcher(name).matches())
                        .toList();
        String now = target.account().setting(KEY, "");
        if (!isPanel(target) || themes.isEmpty() || themes.contains(now)) {
            return RestoreReport.nothing();
        }
        String theme = themes.contains(USUAL) ? USUAL : themes.getLast();
        AccountSettings.set(target.files(), target.account(), KEY, theme);
        target.notes().altered("theme: " + theme + ", the old one is not on this server");
        return target.notes().report(Map.of());
    }
}
