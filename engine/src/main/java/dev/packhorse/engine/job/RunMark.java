package dev.packhorse.engine.job;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How far a run is, as its resume mark tells it.
///
/// @param phase the last step that is complete
/// @param log the name of its log, 0 if it has none
/// @param size how long the log was when the run began to end
record RunMark(Phase phase, long log, long size) {
    private static final Pattern FORM =
            Pattern.compile("(begun|watching|ending)(?::(\\d{1,18}))?(?::(\\d{1,18}))?");

    enum Phase {
        /// The log is there, and hooks and scripts before the run are through.
        BEGUN,
        /// Every account has its job.
        WATCHING,
        /// Every job has ended; the end is being told.
        ENDING;

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static RunMark begun(long log) {
        return new RunMark(Phase.BEGUN, log, 0);
    }

    /// Whether every account has its job.
    boolean isWatching() {
        return phase != Phase.BEGUN;
    }

    RunMark watching() {
        return new RunMark(Phase.WATCHING, log, 0);
    }

    RunMark ending(long logSize) {
        return new RunMark(Phase.ENDING, log, logSize);
    }

    /// The mark of a text; empty for none, and for a text that is no mark.
    static Optional<RunMark> read(Optional<String> text) {
        return text.map(FORM::matcher).filter(Matcher::matches).map(RunMark::of);
    }

    private static RunMark of(Matcher matcher) {
        return new RunMark(
                Phase.valueOf(matcher.group(1).toUpperCase(java.util.Locale.ROOT)),
                number(matcher.group(2)),
                number(matcher.group(3)));
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    Optional<String> text() {
        return Optional.of(phase.word() + ":" + log + ":" + size);
    }
}
