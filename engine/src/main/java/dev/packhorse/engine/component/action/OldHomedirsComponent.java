package dev.packhorse.engine.component.action;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.DocumentRoot;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Links from the paths at which the account's home lay to where it lies here, for programs that
/// have the old path in their settings. Such a link lies outside of the home in a folder of root's,
/// so it is made for archives of this server alone, only in a folder that holds homes, and only
/// where nothing is.
public final class OldHomedirsComponent extends ActionComponent {
    private static final String MEMBER = "homedir_paths";
    private static final Pattern HOMES = Pattern.compile("/home[A-Za-z0-9]{0,16}");
    private static final int MOST = 20;

    public OldHomedirsComponent() {
        super(
                new ComponentName("OldHomedirs"),
                "Links from former paths of the home to the present one.",
                false,
                Set.of(Components.HOMEDIR));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        List<String> paths =
                source.text(MEMBER).orElse("").lines().map(String::strip).limit(MOST).toList();
        long links = 0;
        for (String path : paths) {
            if (!path.isEmpty() && !path.equals(target.account().home())) {
                links += link(target, path) ? 1 : 0;
            }
        }
        return links == 0 && target.notes().isEmpty()
                ? RestoreReport.nothing()
                : target.notes().report(Map.of("homelinks", links));
    }

    private static boolean link(RestoreTarget target, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String above = slash < 1 ? "" : path.substring(0, slash);
        boolean usual =
                DocumentRoot.isValid(path)
                        && HOMES.matcher(above).matches()
                        && path.substring(slash + 1).equals(target.packedAs().value());
        Optional<FileStat> folder = usual ? target.files().stat(above) : Optional.empty();
        if (folder.isEmpty() || folder.get().type() != FileType.DIRECTORY) {
            target.notes()
                    .skipped("former home " + path + ": no link, its folder is not one of homes");
            return false;
        }
        Optional<FileStat> there = target.files().stat(path);
        ByteString home = ByteString.of(target.account().home());
        if (there.isPresent()) {
            return there.get().type() == FileType.SYMLINK
                    && target.files().readLink(path).equals(home);
        }
        target.files().makeSymlink(path, home);
        return true;
    }
}
