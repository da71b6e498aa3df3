package dev.packhorse.transport.spi;

import java.util.regex.Pattern;

/// What a place tells of a tree that is not fetched. Nothing proves it.
///
/// @param digits the first digits of the digest that the tree was stored with
///   ([TreeContent#sha256()])
public record TreeMark(String digits) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16,64}");

    public TreeMark {
        if (!DIGITS.matcher(digits).matches()) {
            throw new IllegalArgumentException("not the begin of a digest");
        }
    }

    /// Whether it may be the mark of a tree with this digest.
    public boolean speaksOf(String sha256) {
        return sha256.startsWith(digits);
    }
}
