package dev.packhorse.engine.component.live;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.LosslessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// An account's lines in a list that all accounts of the server share. Lines of others stay as and
/// where they are. Safe for many threads: restores that run at the same time change the lists one
/// after another.
public final class OwnLines {
    private static final ReentrantLock CHANGES = new ReentrantLock();

    private final HostFiles files;
    private final String path;
    private final Predicate<String> isOwn;

    /// @param path of the list on the host
    /// @param isOwn which lines are the account's
    public OwnLines(HostFiles files, String path, Predicate<String> isOwn) {
        this.files = files;
        this.path = path;
        this.isOwn = isOwn;
    }

    /// The account's lines, none if there is no such list.
    public List<String> read() throws IOException {
        return files.readText(path).orElse("").lines().filter(isOwn).toList();
    }

    /// Makes the account's lines these. Those that are there already stay where they are, new ones
    /// come last; a list that would stay empty is not made.
    ///
    /// @throws IOException if that failed; then the list is unchanged
    public void replace(List<String> lines, FileRights whenNew) throws IOException {
        change(() -> {
            String before = files.readText(path).orElse("");
            String after = merged(before, new LinkedHashSet<>(lines));
            if (!after.equals(before)) {
                files.replaceContent(path, LosslessText.encode(after), whenNew);
            }
        });
    }

    /// As [#replace], but the account's other lines stay.
    ///
    /// @throws IOException if that failed; then the list is unchanged
    public void add(List<String> lines, FileRights whenNew) throws IOException {
        change(() -> {
            Set<String> all = new LinkedHashSet<>(read());
            all.addAll(lines);
            replace(List.copyOf(all), whenNew);
        });
    }

    /// Reads and writes a shared list while no other restore does, so that none loses the lines of
    /// another.
    ///
    /// @throws IOException what the work throws
    public static void change(Change work) throws IOException {
        CHANGES.lock();
        try {
            work.make();
        } finally {
            CHANGES.unlock();
        }
    }

    /// A change of a shared list.
    @FunctionalInterface
    public interface Change {
        /// Makes it.
        void make() throws IOException;
    }

    private String merged(String before, Set<String> wanted) {
        List<String> lines = new ArrayList<>();
        Set<String> missing = new LinkedHashSet<>(wanted);
        for (String line : before.lines().toList()) {
            if (!isOwn.test(line) || missing.remove(line)) {
                lines.add(line);
            }
        }
        lines.addAll(missing);
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
