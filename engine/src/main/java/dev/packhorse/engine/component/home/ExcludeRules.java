package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// What the exclude files of the server and of an account keep out of scheduled archives: a path or
/// pattern a line, relative to the home. A folder that is left out takes all below it along. A
/// pattern that begins with `*` and a slash means any depth, the home itself among them; one that
/// ends with a slash means folders alone. Empty lines and lines that begin with `#` say nothing.
///
/// The lines of an account are a stranger's: their number and length are limited, and so is the
/// work that they may cause. Past a limit the rules no longer hold and everything is packed, since
/// that is the harmless mistake. Safe for many threads.
///
/// Source: docs.cpanel.net "How to Exclude Files From Backups".
final class ExcludeRules {
    /// No rules.
    static final ExcludeRules NONE = new ExcludeRules(List.of());

    private static final int MAX_RULES = 1_000;
    private static final int MAX_LENGTH = 1_024;

    /// Some seconds of one core.
    private static final long MAX_STEPS = 5_000_000_000L;

    private static final String WILD = "*?[\\";

    private final Set<ByteString> paths = new HashSet<>();
    private final Set<ByteString> folders = new HashSet<>();
    private final List<Wild> patterns = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final AtomicLong stepsLeft;
    private final AtomicLong leftOut = new AtomicLong();

    private record Wild(GlobPattern pattern, boolean foldersOnly) {}

    private ExcludeRules(List<ByteString> lines) {
        this(lines, MAX_STEPS);
    }

    private ExcludeRules(List<ByteString> lines, long maxSteps) {
        stepsLeft = new AtomicLong(maxSteps);
        lines.forEach(this::add);
    }

    /// The rules of these lines.
    static ExcludeRules of(List<ByteString> lines) {
        return lines.isEmpty() ? NONE : new ExcludeRules(lines);
    }

    /// The rules of these lines with another limit of work.
    static ExcludeRules withLimit(List<ByteString> lines, long maxSteps) {
        return new ExcludeRules(lines, maxSteps);
    }

    private void add(ByteString line) {
        ByteString rule = tidied(line);
        if (rule.length() == 0 || rule.at(0) == '#') {
            return;
        }
        if (rule.length() > MAX_LENGTH) {
            complaints.add("an exclude rule longer than " + MAX_LENGTH + " bytes was passed over");
            return;
        }
        if (paths.size() + folders.size() + patterns.size() >= MAX_RULES) {
            if (complaints.stream().noneMatch(each -> each.startsWith("more than"))) {
                complaints.add(
                        "more than " + MAX_RULES + " exclude rules: the others were passed over");
            }
            return;
        }
        boolean foldersOnly = rule.at(rule.length() - 1) == '/';
        ByteString bare = foldersOnly ? rule.substring(0, rule.length() - 1) : rule;
        if (WILD.chars().noneMatch(each -> bare.indexOf((char) each, 0) >= 0)) {
            (foldersOnly ? folders : paths).add(bare);
            return;
        }
        patterns.add(new Wild(GlobPattern.of(bare), foldersOnly));
        if (bare.startsWith(ByteString.of("*/"))) {
            ByteString atTop = bare.substring(2, bare.length());
            patterns.add(new Wild(GlobPattern.of(atTop), foldersOnly));
        }
    }

    /// The line without blanks around it and without `/` or `./` in front, which the format forbids
    /// and people write.
    private static ByteString tidied(ByteString line) {
        int from = 0;
        int to = line.length();
        while (to > 0 && isBlank(line.at(to - 1))) {
            to--;
        }
        while (from < to && isBlank(line.at(from))) {
            from++;
        }
        while (from < to
                && (line.at(from) == '/'
                        || (line.at(from) == '.' && from + 1 < to && line.at(from + 1) == '/'))) {
            from++;
        }
        return line.substring(from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    /// Whether there is nothing to look at.
    boolean isEmpty() {
        return paths.isEmpty() && folders.isEmpty() && patterns.isEmpty();
    }

    /// Whether an entry is to be left out, and a folder with all below it.
    ///
    /// @param pathBelowHome its path without the home
    boolean excludes(BytePath pathBelowHome, boolean isFolder) {
        return excludes(pathBelowHome.value(), isFolder);
    }

    private boolean excludes(ByteString path, boolean isFolder) {
        if (stepsLeft.get() < 0) {
            return false;
        }
        if (paths.contains(path) || (isFolder && folders.contains(path))) {
            return true;
        }
        if (patterns.isEmpty()) {
            return false;
        }
        byte[] bytes = path.toBytes();
        long steps = 0;
        boolean found = false;
        for (Wild each : patterns) {
            if (isFolder || !each.foldersOnly) {
                long taken = each.pattern.match(bytes, 0);
                steps += Math.abs(taken);
                if (taken > 0) {
                    found = true;
                    break;
                }
            }
        }
        return stepsLeft.addAndGet(-steps) >= 0 && found;
    }

    /// As [#excludes(BytePath, boolean)] for a member of the archive.
    ///
    /// @param member its path in the archive, below `homedir/`
    boolean matches(BytePath member, FileStat stat) {
        return matches(member, stat.type() == FileType.DIRECTORY);
    }

    /// As [#matches(BytePath, FileStat)].
    boolean matches(BytePath member, boolean isFolder) {
        if (isEmpty()) {
            return false;
        }
        ByteString whole = member.value();
        ByteString below = whole.substring(HomePath.HOME.value().length() + 1, whole.length());
        return excludes(below, isFolder);
    }

    /// As [#matches(BytePath, FileStat)], and counts what matches.
    boolean leavesOut(BytePath member, FileStat stat) {
        return counted(matches(member, stat));
    }

    /// As [#leavesOut(BytePath, FileStat)] for what cannot be looked at: it counts as what the
    /// rules take it for.
    boolean leavesOut(BytePath member) {
        return counted(matches(member, true));
    }

    private boolean counted(boolean out) {
        if (out) {
            leftOut.incrementAndGet();
        }
        return out;
    }

    /// How many files, links and folders were left out; what lies in such a folder is not counted.
    long count() {
        return leftOut.get();
    }

    /// Rules that were passed over, a sentence each.
    List<String> complaints() {
        List<String> all = new ArrayList<>(complaints);
        if (stepsLeft.get() < 0) {
            all.add(
                    "the exclude rules take too long to compare: from some file on everything was"
                            + " packed; use fewer rules with *");
        }
        return all;
    }
}
