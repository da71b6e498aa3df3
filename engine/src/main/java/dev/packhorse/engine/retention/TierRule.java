package dev.packhorse.engine.retention;

/// How many points of one calendar of the backup directory stay, as cPanel counts them.
///
/// Source: functions.json `backup_config_set`, `backup_daily_retention` and `force_prune_daily`.
///
/// @param count the newest so many slot dates stay; 0 keeps none for this calendar's sake
/// @param afterFailures whether the calendar is trimmed although its newest run did not leave a
///   whole copy at the destination
public record TierRule(int count, boolean afterFailures) {
    public TierRule {
        if (count < 0) {
            throw new IllegalArgumentException("a count must not be negative: " + count);
        }
    }
}
