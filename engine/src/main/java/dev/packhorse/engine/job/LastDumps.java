package dev.packhorse.engine.job;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/// What must outlive a system backup that lacks dumps of databases, whatever the retention is: the
/// backups of its calendar that have their last dumps.
///
/// @param unknown whether no such backup is here for one of the databases: a destination may have
///   it, so that nothing is removed there
/// @param dates the dates of those backups, `YYYY-MM-DD`
public record LastDumps(boolean unknown, List<String> dates) {
    static final LastDumps NONE = new LastDumps(false, List.of());

    public LastDumps {
        dates = List.copyOf(dates);
    }

    boolean isOf(LocalDate date) {
        return dates.contains(date.toString());
    }

    /// Whether a destination that has the backups of these dates may lose some of them.
    boolean allowRemovals(Set<LocalDate> there) {
        return !unknown && there.containsAll(dates.stream().map(LocalDate::parse).toList());
    }
}
