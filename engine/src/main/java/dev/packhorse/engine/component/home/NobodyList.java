package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The list of what belongs to the web server's user in a home, made on the way through it. One
/// thread.
final class NobodyList {
    private static final int MOST = 100_000;
    private static final int NO_USER = -1;

    private final int uid;
    private final List<String> paths = new ArrayList<>();

    private NobodyList(int uid) {
        this.uid = uid;
    }

    static NobodyList of(HostRoot root) throws IOException {
        return new NobodyList(
                new UserDatabase(root)
                        .find(NobodyFilesComponent.USER)
                        .map(UserEntry::uid)
                        .filter(uid -> uid != 0)
                        .orElse(NO_USER));
    }

    /// Takes note of an entry that is about to be packed. A name that a list of lines cannot hold
    /// is left out.
    void see(BytePath path, FileStat stat) {
        boolean theirs =
                stat.uid() == uid
                        && (stat.type() == FileType.REGULAR || stat.type() == FileType.DIRECTORY);
        if (theirs && paths.size() < MOST) {
            String text = path.relativeTo(HomePath.HOME).toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                paths.add(text);
            }
        }
    }

    /// Writes the member, which is empty for most accounts.
    void write(ArchiveSink sink) throws IOException {
        StringBuilder text = new StringBuilder();
        paths.forEach(each -> text.append(each).append('\n'));
        sink.addText(NobodyFilesComponent.MEMBER, 0600, text.toString());
    }
}
