package dev.packhorse.engine.rootfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Follows a path of the host down from its root and makes sure that nobody but root, or the user
/// this program runs as, could change any part of it: every component belongs to one of the two and
/// is writable for no group and no others. Since only the trusted can change such a path, what was
/// checked stays true until it is used.
///
/// @param root the host's root folder; what lies above it is not looked at
public record TrustedPath(Path root) {
    private static final int MAX_LINKS = 16;
    private static final int MAX_LENGTH = 4_096;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;

    /// What is wrong, or right, with one component.
    private record Facts(int uid, int mode, long device) {
        boolean is(int type) {
            return (mode & TYPE) == type;
        }
    }

    /// Where a folder lies on this system. Links on the way are followed if they are trusted; an
    /// absolute link counts from the host's root. The last components may be missing.
    ///
    /// @throws UntrustedPathException if it is no absolute path in plain form, or not trusted
    /// @throws IOException if it cannot be looked at
    public Path folder(String hostPath) throws IOException {
        Deque<String> rest = new ArrayDeque<>(names(hostPath));
        Path at = root;
        int links = 0;
        while (!rest.isEmpty()) {
            Path next = at.resolve(rest.pop());
            Optional<Facts> found = facts(next);
            if (found.isEmpty()) {
                return rest.isEmpty() ? next : next.resolve(String.join("/", rest));
            }
            Facts facts = requireOwner(next, found.get());
            if (facts.is(LINK)) {
                links++;
                if (links > MAX_LINKS) {
                    throw new UntrustedPathException(
                            display(next) + " leads through too many links");
                }
                at = follow(next, rest) ? root : at;
            } else {
                at = requireFolder(next, facts);
            }
        }
        return at;
    }

    /// Where a file lies on this system: a regular file, reached without any link.
    ///
    /// @throws NoSuchFileException if there is none
    /// @throws UntrustedPathException if it is no absolute path in plain form, no regular file, or
    ///   not trusted
    /// @throws IOException if it cannot be looked at
    public Path regularFile(String hostPath) throws IOException {
        Path file = fileOrFolder(hostPath);
        if (!require(file).is(REGULAR)) {
            throw new UntrustedPathException(display(file) + " is not a regular file");
        }
        return file;
    }

    /// Where a file or folder lies on this system: a regular file or a folder, reached without any
    /// link. What lies in the folder is not looked at.
    ///
    /// @throws NoSuchFileException if there is none
    /// @throws UntrustedPathException if it is no absolute path in plain form, neither a regular
    ///   file nor a folder, or not trusted
    /// @throws IOException if it cannot be looked at
    public Path fileOrFolder(String hostPath) throws IOException {
        List<String> names = names(hostPath);
        Path at = root;
        for (String name : names.subList(0, names.size() - 1)) {
            Path next = at.resolve(name);
            at = requireFolder(next, requireOwner(next, require(next)));
        }
        Path file = at.resolve(names.getLast());
        Facts facts = requireOwner(file, require(file));
        if (!facts.is(REGULAR) && !facts.is(FOLDER)) {
            throw new UntrustedPathException(display(file) + " is not a regular file");
        }
        return requireNotWritable(file, facts);
    }

    /// Whether another file system is mounted at a folder that [#folder] gave.
    ///
    /// @throws IOException if it cannot be looked at
    public boolean isMountPoint(Path folder) throws IOException {
        Path above = folder.getParent();
        if (above == null) {
            return true;
        }
        Optional<Facts> here = facts(folder);
        return here.isPresent() && here.get().device() != require(above).device();
    }

    private static List<String> names(String hostPath) throws UntrustedPathException {
        if (!hostPath.startsWith("/") || hostPath.length() > MAX_LENGTH) {
            throw new UntrustedPathException("give an absolute path, as /backup");
        }
        List<String> names = List.of(hostPath.substring(1).split("/", -1));
        for (String name : names) {
            boolean odd = name.codePoints().anyMatch(Character::isISOControl);
            if (name.isEmpty() || name.equals(".") || name.equals("..") || odd) {
                throw new UntrustedPathException(
                        "give the path in plain form: no empty part, no “.”, no “..”, no control characters");
            }
        }
        return names;
    }

    /// Puts the link's target before the rest of the way.
    ///
    /// @return whether the target counts from the root
    private boolean follow(Path link, Deque<String> rest) throws IOException {
        String target = Files.readSymbolicLink(link).toString();
        boolean absolute = target.startsWith("/");
        List<String> names = names(absolute ? target : "/" + target);
        names.reversed().forEach(rest::push);
        return absolute;
    }

    private Path requireFolder(Path path, Facts facts) throws UntrustedPathException {
        if (!facts.is(FOLDER)) {
            throw new UntrustedPathException(display(path) + " is not a folder");
        }
        return requireNotWritable(path, facts);
    }

    private Path requireNotWritable(Path path, Facts facts) throws UntrustedPathException {
        if ((facts.mode() & WRITABLE_BY_OTHERS) != 0) {
            throw new UntrustedPathException(
                    display(path)
                            + " can be changed by others: take the write permission from group and others");
        }
        return path;
    }

    private Facts requireOwner(Path path, Facts facts) throws IOException {
        if (facts.uid() != 0 && facts.uid() != ownUid()) {
            throw new UntrustedPathException(
                    display(path) + " belongs to user " + facts.uid() + ": it must belong to root");
        }
        return facts;
    }

    private static int ownUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private Facts require(Path path) throws IOException {
        return facts(path).orElseThrow(() -> new NoSuchFileException(display(path)));
    }

    private static Optional<Facts> facts(Path path) throws IOException {
        try {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:uid,mode,dev", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    new Facts(
                            number(found, "uid").intValue(),
                            number(found, "mode").intValue(),
                            number(found, "dev").longValue()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static Number number(Map<String, Object> found, String name) throws IOException {
        if (found.get(name) instanceof Number number) {
            return number;
        }
        throw new IOException("the file system tells no " + name);
    }

    /// The path as the host sees it.
    private String display(Path path) {
        return "/" + root.relativize(path);
    }
}
