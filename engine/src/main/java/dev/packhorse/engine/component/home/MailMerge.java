package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which files of an archive a home has already, when only missing ones come back. A message in a
/// Maildir is known by the unique part of its name, whatever marks it bears and whether it is in
/// `new` or `cur`. Runs as the account, on one thread.
///
/// Source: maildir(5), "Unique names"; the mark is what stands behind `:2,`.
final class MailMerge {
    private static final Set<String> MESSAGES = Set.of("cur", "new");

    private final Directory home;
    private final Set<String> unique = new HashSet<>();
    private @Nullable BytePath maildir;

    MailMerge(Directory home) {
        this.home = home;
    }

    /// Whether the home has the file of this path, which begins with `homedir`.
    boolean has(BytePath path) throws IOException {
        List<ByteName> names = path.names();
        boolean message =
                names.size() > 3 && MESSAGES.contains(names.get(names.size() - 2).toString());
        if (!message) {
            return exists(path);
        }
        BytePath folder = above(above(path));
        if (!folder.equals(maildir)) {
            unique.clear();
            for (String each : MESSAGES) {
                names(folder.resolve(ByteName.of(each))).forEach(name -> unique.add(key(name)));
            }
            maildir = folder;
        }
        return unique.contains(key(names.getLast()));
    }

    private static String key(ByteName name) {
        String text = name.toString();
        int mark = text.indexOf(':');
        return mark < 0 ? text : text.substring(0, mark);
    }

    private boolean exists(BytePath path) throws IOException {
        return in(above(path), folder -> folder.find(path.name()).isPresent(), false);
    }

    private List<ByteName> names(BytePath folder) throws IOException {
        return in(folder, Directory::list, List.of());
    }

    /// Asks a folder.
    ///
    /// @param absent the answer if it is not there, or closed to the account
    private <R> R in(BytePath folder, Question<R> question, R absent) throws IOException {
        if (folder.equals(HomePath.HOME)) {
            return question.ask(home);
        }
        try (Directory opened = home.openBeneath(folder.relativeTo(HomePath.HOME))) {
            return question.ask(opened);
        } catch (PosixException e) {
            if (e.is(Errno.ENOENT)
                    || e.is(Errno.ENOTDIR)
                    || e.is(Errno.ELOOP)
                    || e.is(Errno.EACCES)) {
                return absent;
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface Question<R> {
        R ask(Directory folder) throws IOException;
    }

    private static BytePath above(BytePath path) {
        int length = path.value().length() - path.name().value().length() - 1;
        return new BytePath(path.value().substring(0, length));
    }
}
