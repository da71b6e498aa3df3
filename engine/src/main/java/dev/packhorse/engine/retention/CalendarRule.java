package dev.packhorse.engine.retention;

/// Generations by the calendar: of the newest so many days, weeks, months and years that have a
/// point at all, the newest point each. Time without backups uses up no generation.
///
/// @param daily days, 0 for none
/// @param weekly weeks of ISO 8601, which begin on Monday
/// @param monthly months
/// @param yearly years
public record CalendarRule(int daily, int weekly, int monthly, int yearly) {
    /// Keeps nothing.
    public static final CalendarRule NONE = new CalendarRule(0, 0, 0, 0);

    public CalendarRule {
        if (daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
            throw new IllegalArgumentException("numbers of generations must not be negative");
        }
    }

    int count(Period period) {
        return switch (period) {
            case DAILY -> daily;
            case WEEKLY -> weekly;
            case MONTHLY -> monthly;
            case YEARLY -> yearly;
        };
    }
}
