package dev.packhorse.engine.host;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names under which files of the host are written before they are renamed. They begin with a
/// dot, so that cron and the like do not take them for theirs, and hold the process, so that what a
/// killed process left can be told from what a living one is writing.
final class TemporaryFile {
    private static final Pattern GRAMMAR =
            Pattern.compile("\\.packhorse-([0-9]{1,18})-[0-9a-f]{16}\\.new");

    private TemporaryFile() {}

    static ByteName newName() {
        long pid = ProcessHandle.current().pid();
        long random = ThreadLocalRandom.current().nextLong();
        return ByteName.of(".packhorse-%d-%016x.new".formatted(pid, random));
    }

    /// Removes what processes that are no more have left in a folder.
    static void sweep(Directory folder) throws IOException {
        for (ByteName name : folder.list()) {
            Matcher matcher = GRAMMAR.matcher(name.toString());
            if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                discard(folder, name);
            }
        }
    }

    /// Removes a file that may be there.
    static void discard(Directory folder, ByteName name) throws IOException {
        try {
            folder.removeFile(name);
        } catch (PosixException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }
}
