package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Takes out of `.htaccess` files what a suspension on the old server put in: the redirect of all
/// pages to a notice. An account that is suspended here is locked by the module Suspend, which
/// comes later.
///
/// Source: the notice's address `/cgi-sys/suspendedpage.cgi`, and `.htaccess.suspend` for the rules
/// that were in force before, as public programs know them.
public final class UnsuspendComponent extends ActionComponent {
    private static final ByteName BEFORE = ByteName.of(".htaccess.suspend");
    private static final Pattern REDIRECT =
            Pattern.compile("\\s*Redirect(?:Match)?\\s.*/cgi-sys/suspendedpage\\.cgi.*");

    public UnsuspendComponent() {
        super(
                new ComponentName("Unsuspend"),
                "Takes the redirect of a suspension out of .htaccess files.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        HtaccessEdit.inEach(
                target,
                (site, folder) -> {
                    if (mend(folder)) {
                        target.notes()
                                .altered(site + "/.htaccess: redirect of a suspension taken out");
                    }
                });
        return target.notes().isEmpty() ? RestoreReport.nothing() : target.notes().report(Map.of());
    }

    private static boolean mend(Directory folder) throws IOException {
        String text = HtaccessEdit.text(folder, HtaccessEdit.FILE).orElse("");
        StringBuilder kept = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            kept.append(REDIRECT.matcher(line.stripTrailing()).matches() ? "" : line);
        }
        if (kept.length() == text.length()) {
            return false;
        }
        Optional<String> before = HtaccessEdit.text(folder, BEFORE);
        if (before.isPresent() && kept.toString().isBlank()) {
            folder.rename(BEFORE, folder, HtaccessEdit.FILE);
        } else if (kept.toString().isBlank()) {
            folder.removeFile(HtaccessEdit.FILE);
        } else {
            HtaccessEdit.replace(folder, kept.toString());
        }
        return true;
    }
}
