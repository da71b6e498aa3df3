package dev.packhorse.engine.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A file of the user database, kept as lines, so that lines that nobody asked about are written
/// back byte for byte. The first field of a line is its name. Immutable.
record ColonFile(String path, List<String> lines) {
    ColonFile {
        lines = List.copyOf(lines);
    }

    /// A line cut into its fields.
    ///
    /// @param number counted from 1
    record Line(String path, int number, List<String> fields) {
        /// A field, empty text for one that the line does not have.
        String field(int index) {
            return index < fields.size() ? fields.get(index) : "";
        }

        /// A field that is a number of at most nine digits.
        ///
        /// @throws HostFormatException if it is not
        int number(int index, String what) throws HostFormatException {
            if (field(index).matches("[0-9]{1,9}")) {
                return Integer.parseInt(field(index));
            }
            throw new HostFormatException(
                    path, number, "the " + what + " of " + fields.getFirst() + " is no number");
        }
    }

    /// Latin-1, because it gives every byte back as it was.
    static ColonFile parse(String path, byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return new ColonFile(path, lines);
    }

    byte[] toBytes() {
        return lines.stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The first line of each name.
    Map<String, Line> byName() {
        Map<String, Line> lines = new HashMap<>();
        entries().forEach(line -> lines.putIfAbsent(line.fields().getFirst(), line));
        return lines;
    }

    /// The first line of this name, as the C library finds it.
    Optional<Line> find(String name) {
        int index = indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(line(index));
    }

    /// Every line that has a name; comments and NIS marks have none.
    Stream<Line> entries() {
        return Stream.iterate(0, i -> i < lines.size(), i -> i + 1)
                .map(this::line)
                .filter(line -> line.fields().size() > 1)
                .filter(line -> !line.field(0).isEmpty() && !"#+-".contains(first(line)));
    }

    /// With the line in place of the one of this name, or at the end.
    ColonFile with(String name, String line) {
        List<String> changed = new ArrayList<>(lines);
        int index = indexOf(name);
        if (index < 0) {
            changed.add(line);
        } else {
            changed.set(index, line);
        }
        return new ColonFile(path, changed);
    }

    /// Without any line of this name.
    ColonFile without(String name) {
        return new ColonFile(
                path, lines.stream().filter(line -> !line.startsWith(name + ":")).toList());
    }

    private int indexOf(String name) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(name) && lines.get(i).startsWith(":", name.length())) {
                return i;
            }
        }
        return -1;
    }

    private Line line(int index) {
        return new Line(path, index + 1, List.of(lines.get(index).split(":", -1)));
    }

    private static String first(Line line) {
        return line.field(0).substring(0, 1);
    }
}
