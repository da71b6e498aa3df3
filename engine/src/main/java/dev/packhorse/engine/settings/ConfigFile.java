package dev.packhorse.engine.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Whether nobody but root, or the user of this program, could have written a configuration file or
/// put another in its place. The daemon runs hooks and opens places that it names, so each part of
/// the way to it counts: folders, the links among them, and the file itself, which is no link.
///
/// Others may write in a folder where they can only remove what is theirs, as `/tmp`.
final class ConfigFile {
    private static final int MAX_LINKS = 16;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;

    private final int self;

    private ConfigFile(int self) {
        this.self = self;
    }

    /// What is wrong, and what to do about it.
    record Fault(String message, String hint) {}

    /// Looks at a file.
    ///
    /// @return the first thing that is wrong
    /// @throws IOException if something on the way is missing or cannot be looked at
    static Optional<Fault> faultOf(Path file) throws IOException {
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return new ConfigFile(self).walk(file.toAbsolutePath());
    }

    private Optional<Fault> walk(Path file) throws IOException {
        Deque<Path> rest = new ArrayDeque<>();
        file.forEach(rest::add);
        Path at = file.getRoot();
        int links = 0;
        Optional<Fault> fault = Optional.empty();
        while (fault.isEmpty() && !rest.isEmpty()) {
            Path name = rest.pop();
            Path next = at.resolve(name).normalize();
            Map<String, Object> facts =
                    Files.readAttributes(next, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int mode = number(facts, "mode");
            fault = faultOf(next, number(facts, "uid"), mode, rest.isEmpty());
            if ((mode & TYPE) == LINK) {
                links++;
                if (links > MAX_LINKS) {
                    throw new IOException("too many links on the way");
                }
                Path target = Files.readSymbolicLink(next);
                push(target, rest);
                at = target.isAbsolute() ? file.getRoot() : at;
            } else {
                at = next;
            }
        }
        return fault;
    }

    private static int number(Map<String, Object> facts, String name) {
        return (Integer) Objects.requireNonNull(facts.get(name), name);
    }

    private static void push(Path target, Deque<Path> rest) {
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            rest.push(target.getName(i));
        }
    }

    private Optional<Fault> faultOf(Path path, int uid, int mode, boolean last) {
        int type = mode & TYPE;
        if (uid != 0 && uid != self) {
            return fault(path, last, "belongs to another user", "chown root " + path);
        }
        if (last && type == LINK) {
            return fault(path, last, "is a symbolic link", "name the file itself with --config");
        }
        if (last && type != REGULAR) {
            return fault(path, last, "is not a regular file", "name a file with --config");
        }
        boolean guarded = type == LINK || (type == FOLDER && (mode & STICKY) != 0);
        if (!guarded && (mode & WRITABLE_BY_OTHERS) != 0) {
            return fault(
                    path, last, "can be written by others than its owner", "chmod go-w " + path);
        }
        return Optional.empty();
    }

    private static Optional<Fault> fault(Path path, boolean last, String what, String hint) {
        return Optional.of(new Fault(last ? what : "lies in " + path + ", which " + what, hint));
    }
}
