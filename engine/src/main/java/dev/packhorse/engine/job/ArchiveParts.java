package dev.packhorse.engine.job;

import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The parts of a split archive, which are pieces of one file: `cpmove-USER.tar.gz.part00001` and
/// so on.
///
/// Source: cpmove-format 1.1.
final class ArchiveParts {
    private static final Pattern NAME = Pattern.compile("(.+\\.tar(?:\\.gz)?)\\.part(\\d{1,9})");

    private ArchiveParts() {}

    /// The name of the whole archive, empty if the name is not that of a part.
    static Optional<String> stem(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// The parts among the names of a folder, in their order; none if there are none.
    ///
    /// @throws IOException if they are parts of several archives, one is missing, or two have one
    ///   number; names them
    static List<ByteName> among(List<ByteName> names) throws IOException {
        String stem = "";
        List<ByteName> parts = new ArrayList<>();
        for (ByteName name : names) {
            Optional<String> whole = stem(name.toString());
            if (whole.isPresent()) {
                if (!stem.isEmpty() && !stem.equals(whole.get())) {
                    throw new IOException(
                            "the folder holds parts of several archives: %s and %s; keep one"
                                    .formatted(stem, whole.get()));
                }
                stem = whole.get();
                parts.add(name);
            }
        }
        return ordered(parts);
    }

    /// The parts of one archive among the names of a folder.
    ///
    /// @param one the name of any of them
    static List<ByteName> besides(List<ByteName> names, ByteName one) throws IOException {
        Optional<String> stem = stem(one.toString());
        return ordered(names.stream().filter(name -> stem(name.toString()).equals(stem)).toList());
    }

    private static List<ByteName> ordered(List<ByteName> parts) throws IOException {
        Map<Integer, ByteName> byNumber = new TreeMap<>();
        for (ByteName part : parts) {
            Matcher matcher = NAME.matcher(part.toString());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a part: " + part);
            }
            ByteName twin = byNumber.put(Integer.valueOf(matcher.group(2)), part);
            if (twin != null) {
                throw new IOException(
                        "two parts of the archive have the same number: %s and %s; remove the wrong one"
                                .formatted(twin, part));
            }
        }
        int wanted = 1;
        for (Map.Entry<Integer, ByteName> part : byNumber.entrySet()) {
            if (part.getKey() != wanted) {
                throw new IOException(
                        part.getKey() == 0
                                ? "parts of an archive are numbered from 1, but there is "
                                        + part.getValue()
                                : "part %05d of the archive is missing, there is %s"
                                        .formatted(wanted, part.getValue()));
            }
            wanted++;
        }
        return List.copyOf(byNumber.values());
    }
}
