package dev.packhorse.engine.job;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.transport.spi.ObjectKey;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the key of an archive says, `[weekly/|monthly/]SLOT/accounts/USER.tar[.gz]`, or that of a
/// tree, `[weekly/|monthly/]SLOT/accounts/USER`.
///
/// Source: cpmove-format 3.1 and 3.4.
///
/// @param key the key itself
record ArchiveKey(ObjectKey key, Tier tier, SlotName slot, AccountName account) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(|weekly/|monthly/)([0-9.-]{10,17})/accounts/([^/.]+)(|\\.tar(?:\\.gz)?)");

    /// The parts of a key, empty if it is none of an archive's file.
    static Optional<ArchiveKey> parse(ObjectKey key) {
        return parseAny(key).filter(each -> !key.value().endsWith("/" + each.account()));
    }

    /// The parts of a key, empty if it is neither an archive's nor a tree's.
    static Optional<ArchiveKey> parseAny(ObjectKey key) {
        Matcher form = FORM.matcher(key.value());
        if (!form.matches() || !AccountName.isValid(form.group(3))) {
            return Optional.empty();
        }
        Optional<SlotName> slot = SlotName.find(form.group(2));
        for (Tier tier : Tier.values()) {
            if (slot.isPresent() && tier.folder().equals(form.group(1))) {
                AccountName account = new AccountName(form.group(3));
                return Optional.of(new ArchiveKey(key, tier, slot.get(), account));
            }
        }
        return Optional.empty();
    }

    /// The folder of one run, as `weekly/2026-11-29`.
    String run() {
        return tier.folder() + slot;
    }

    /// A date as it stands in keys, empty if it is none.
    static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
