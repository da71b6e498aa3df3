package dev.packhorse.engine.job;

/// How far a SWITCH_ACCOUNTS job has come, and what it ends with.
///
/// @param done accounts looked at
/// @param total accounts to look at
/// @param failed accounts whose switch could not be put
public record SwitchProgress(int done, int total, int failed) {
    /// Before the first account.
    public static final SwitchProgress NONE = new SwitchProgress(0, 0, 0);

    /// The share that is done, 0 to 100.
    public int percent() {
        return total == 0 ? 0 : (int) (100L * done / total);
    }
}
