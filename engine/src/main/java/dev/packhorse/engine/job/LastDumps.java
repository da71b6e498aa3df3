package dev.packhorse.engine.job;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What must outlive a system backup that lacks dumps of databases, whatever the retention is: the
/// backups of its calendar that have their last dumps. That is never more than there was when the
/// dumps began to be lacking, and one more here: later backups lack them, too.
///
/// @param unknown whether no such backup may be here for one of the databases: at a destination
///   whatever is older than those that are here may have it
/// @param dates the dates of the backups that are known to have last dumps, `YYYY-MM-DD`
/// @param since the date of the oldest backup here; empty if an earlier version did not tell it
public record LastDumps(boolean unknown, List<String> dates, String since) {
    static final LastDumps NONE = new LastDumps(false, List.of(), "");

    public LastDumps {
        dates = List.copyOf(dates);
        since = Objects.requireNonNullElse(since, "");
    }

    private boolean isOf(LocalDate date) {
        return dates.contains(date.toString());
    }

    /// Whether a backup here must stay. The oldest does while something is unknown: without it what
    /// destinations must keep would grow with every night.
    boolean keepHere(LocalDate date) {
        return isOf(date) || (unknown && date.toString().equals(since));
    }

    /// Whether a backup must stay at a destination. Where one that has last dumps never arrived,
    /// those before it may have them.
    ///
    /// @param there the dates of the backups at the destination
    boolean keepAt(Set<LocalDate> there, LocalDate date) {
        return isOf(date)
                || (unknown && (since.isEmpty() || date.isBefore(LocalDate.parse(since))))
                || dates.stream()
                        .map(LocalDate::parse)
                        .anyMatch(holder -> date.isBefore(holder) && !there.contains(holder));
    }
}
