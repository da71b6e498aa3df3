package dev.packhorse.engine.whm;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A number in a record, or `unlimited`, which is greater than every number.
///
/// @param value null for unlimited
record Quantity(@Nullable BigDecimal value) implements Comparable<Quantity> {
    static final Quantity UNLIMITED = new Quantity(null);

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,40}(\\.\\d{1,40})?");

    /// A whole text as a number, or `unlimited`.
    static Optional<Quantity> parseWhole(String text) {
        if (text.equals("unlimited")) {
            return Optional.of(UNLIMITED);
        }
        return NUMBER.matcher(text).matches()
                ? Optional.of(new Quantity(new BigDecimal(text)))
                : Optional.empty();
    }

    /// The number that a text begins with, so that `14M` is 14, or `unlimited`.
    static Optional<Quantity> parse(String text) {
        if (text.equals("unlimited")) {
            return Optional.of(UNLIMITED);
        }
        Matcher matcher = NUMBER.matcher(text);
        return matcher.lookingAt()
                ? Optional.of(new Quantity(new BigDecimal(matcher.group())))
                : Optional.empty();
    }

    boolean isUnlimited() {
        return value == null;
    }

    boolean isZero() {
        return value != null && value.signum() == 0;
    }

    @Override
    public int compareTo(Quantity other) {
        BigDecimal mine = value;
        BigDecimal theirs = other.value;
        if (mine == null || theirs == null) {
            return Boolean.compare(mine == null, theirs == null);
        }
        return mine.compareTo(theirs);
    }
}
