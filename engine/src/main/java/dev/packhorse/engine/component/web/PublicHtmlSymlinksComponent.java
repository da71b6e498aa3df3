package dev.packhorse.engine.component.web;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ArchivedAccount;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.home.HomeWork;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Links from the folders where the account's sites lay to those where they lie here, for programs
/// that have the old path in their settings. Only inside the home, as the account, and only where
/// nothing is: nothing that lies outside of a home is linked for a customer.
public final class PublicHtmlSymlinksComponent extends ActionComponent {
    public PublicHtmlSymlinksComponent() {
        super(
                new ComponentName("PublicHtmlSymlinks"),
                "Links from old folders of web sites to the present ones.",
                true,
                Set.of(Components.HOMEDIR, Components.DOMAINS));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        ArchivedAccount archived = ArchivedAccount.read(target.context(), source);
        Map<String, String> now = target.account().domains().documentRoots();
        long links = 0;
        for (Map.Entry<String, String> each :
                archived.domains().domains().documentRoots().entrySet()) {
            String old = target.moved(each.getValue());
            String present = now.get(each.getKey());
            if (present == null || present.equals(old)) {
                continue;
            }
            if (isInHome(target, old) && isInHome(target, present)) {
                links += link(target, old, present) ? 1 : 0;
            } else {
                target.notes()
                        .skipped(
                                "the old folder of "
                                        + each.getKey()
                                        + ": lies outside of the home");
            }
        }
        return links == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("sitelinks", links));
    }

    private static boolean isInHome(RestoreTarget target, String path) {
        return path.startsWith(target.account().home() + "/") && !path.contains("/../");
    }

    private static boolean link(RestoreTarget target, String old, String present)
            throws ComponentException, IOException {
        String inside = old.substring(target.account().home().length() + 1);
        int slash = inside.lastIndexOf('/');
        String above = slash < 0 ? "" : inside.substring(0, slash);
        ByteName name = ByteName.of(inside.substring(slash + 1));
        return HomeWork.in(
                target.context().services().root(),
                target.account(),
                home -> {
                    Optional<Directory> folder = HomeWork.open(home, above);
                    if (folder.isEmpty()) {
                        return false;
                    }
                    try (Directory opened = folder.get()) {
                        if (opened.find(name).isPresent()) {
                            return false;
                        }
                        opened.makeSymlink(name, ByteString.of(present));
                        target.notes().altered(inside + ": made, a link to " + present);
                        return true;
                    }
                });
    }
}
