package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules in `.htaccess` that stop a site from working on a server of today: those that FrontPage
/// left, and PHP handlers of servers before EasyApache 4. They are turned into comments, so that
/// whoever looks sees what was there.
///
/// Source: directives as FrontPage Server Extensions 2002 and older panels wrote them.
public final class HtaccessComponent extends ActionComponent {
    private static final Pattern STALE =
            Pattern.compile(
                    "\\s*(?:(?:AuthUserFile|AuthGroupFile)\\s+\\S*_vti_pvt/\\S*"
                            + "|IndexIgnore\\s.*/_vti\\*.*"
                            + "|(?:AddHandler|AddType)\\s+\"?application/x-httpd-php[3-7][0-9]*(?:-script)?\"?\\s.*"
                            + "|suPHP_ConfigPath\\s.*)",
                    Pattern.CASE_INSENSITIVE);
    private static final String MARK = "# taken out by a restore: ";

    public HtaccessComponent() {
        super(
                new ComponentName("Htaccess"),
                "Takes rules out of .htaccess files that no server of today understands.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS, new ComponentName("Unsuspend")));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        HtaccessEdit.inEach(
                target,
                (site, folder) -> {
                    String text = HtaccessEdit.text(folder, HtaccessEdit.FILE).orElse("");
                    String mended = mended(text);
                    if (!mended.equals(text)) {
                        HtaccessEdit.replace(folder, mended);
                        target.notes()
                                .altered(site + "/.htaccess: rules of old servers made comments");
                    }
                });
        return target.notes().isEmpty() ? RestoreReport.nothing() : target.notes().report(Map.of());
    }

    private static String mended(String text) {
        StringBuilder mended = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            mended.append(STALE.matcher(line.stripTrailing()).matches() ? MARK : "").append(line);
        }
        return mended.toString();
    }
}
