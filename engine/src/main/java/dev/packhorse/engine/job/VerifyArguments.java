package dev.packhorse.engine.job;

/// Arguments of a VERIFY job.
///
/// @param destination the destination's id, `local` for the backup directory
/// @param account only copies of this account, whatever the budget; empty for all accounts
/// @param date with an account: only those of this date, `YYYY-MM-DD`; empty for all dates
/// @param everything whether all copies are read, whatever the budget
/// @param session the session whose log it writes, empty for a new one
public record VerifyArguments(
        String destination, String account, String date, boolean everything, String session) {
    public VerifyArguments {
        if (account.isEmpty() && !date.isEmpty()) {
            throw new IllegalArgumentException("a date needs the account that it is of");
        }
    }

    /// What a day's budget allows.
    public static VerifyArguments ofDay(String destination) {
        return new VerifyArguments(destination, "", "", false, "");
    }

    /// Whether somebody named what is to be read.
    boolean isNamed() {
        return everything || !account.isEmpty();
    }
}
