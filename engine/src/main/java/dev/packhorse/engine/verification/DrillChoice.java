package dev.packhorse.engine.verification;

import dev.packhorse.engine.model.AccountName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Chooses the accounts whose restore is tried: those never tried first, then the one whose last
/// try is the longest ago, whatever it showed, so that one that fails keeps no other waiting.
public final class DrillChoice {
    private DrillChoice() {}

    /// An account that could be taken.
    ///
    /// @param last when its restore was last tried, empty for never
    /// @param bytes the size of its newest archive
    public record Candidate(AccountName account, Optional<Instant> last, long bytes) {}

    /// The accounts to take, in order.
    ///
    /// @param mostBytes accounts with larger archives are left out
    /// @param count so many at most
    public static List<AccountName> choose(List<Candidate> candidates, long mostBytes, int count) {
        return candidates.stream()
                .filter(each -> each.bytes() <= mostBytes)
                .sorted(
                        Comparator.comparing((Candidate each) -> each.last().orElse(Instant.MIN))
                                .thenComparing(Candidate::account))
                .limit(count)
                .map(Candidate::account)
                .toList();
    }
}
