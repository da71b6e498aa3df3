package dev.packhorse.engine.job;

import java.util.List;

/// What other programs bring back of an archive: the fraction of a time stands where only Packhorse
/// looks.
final class WholeSeconds {
    private WholeSeconds() {}

    /// Lines of [dev.packhorse.engine.demo.TreeDigest] without the fractions of their times.
    static List<String> of(List<String> lines) {
        return lines.stream().map(line -> line.replaceAll(" (\\d+)\\.\\d{9} ", " $1 ")).toList();
    }
}
