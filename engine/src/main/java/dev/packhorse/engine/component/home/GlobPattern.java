package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteString;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A pattern over the bytes of a path: `*` stands for any bytes, slashes among them, `?` for one
/// byte that is no slash, `[a-c]` and `[!a-c]` for one of a set, `\` takes the next byte as it is.
/// Never refuses a text: a bracket that nobody closes stands for itself. Immutable.
final class GlobPattern {
    private static final int ANY = -1;
    private static final int ONE = -2;
    private static final int FIRST_SET = -3;

    private final int[] tokens;
    private final List<BitSet> sets;

    private GlobPattern(int[] tokens, List<BitSet> sets) {
        this.tokens = tokens;
        this.sets = sets;
    }

    static GlobPattern of(ByteString text) {
        byte[] bytes = text.toBytes();
        List<Integer> tokens = new ArrayList<>();
        List<BitSet> sets = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            switch (bytes[i]) {
                case '*' -> {
                    if (tokens.isEmpty() || tokens.getLast() != ANY) {
                        tokens.add(ANY);
                    }
                }
                case '?' -> tokens.add(ONE);
                case '[' -> {
                    int end = endOfSet(bytes, i);
                    if (end < 0) {
                        tokens.add((int) '[');
                    } else {
                        tokens.add(FIRST_SET - sets.size());
                        sets.add(set(bytes, i + 1, end));
                        i = end;
                    }
                }
                case '\\' -> {
                    i = Math.min(i + 1, bytes.length - 1);
                    tokens.add(bytes[i] & 0xff);
                }
                default -> tokens.add(bytes[i] & 0xff);
            }
        }
        return new GlobPattern(tokens.stream().mapToInt(Integer::intValue).toArray(), sets);
    }

    /// Where the set that begins at `from` ends, -1 if it does not. A `]` that comes first is one
    /// of the set.
    private static int endOfSet(byte[] bytes, int from) {
        int i = from + 1;
        if (i < bytes.length && isNegation(bytes[i])) {
            i++;
        }
        for (i = i + 1; i < bytes.length; i++) {
            if (bytes[i] == ']') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isNegation(byte b) {
        return b == '!' || b == '^';
    }

    private static BitSet set(byte[] bytes, int from, int end) {
        boolean negated = isNegation(bytes[from]);
        BitSet set = new BitSet(256);
        for (int i = negated ? from + 1 : from; i < end; i++) {
            int first = bytes[i] & 0xff;
            int last = first;
            if (i + 2 < end && bytes[i + 1] == '-') {
                last = bytes[i + 2] & 0xff;
                i += 2;
            }
            if (first <= last) {
                set.set(first, last + 1);
            }
        }
        if (negated) {
            set.flip(0, 256);
        }
        set.clear('/');
        return set;
    }

    /// How many comparisons were made to decide, below zero if the bytes do not match. One star is
    /// tried again at a time, so there are never more than pattern times path.
    long match(byte[] bytes, int from) {
        long steps = 1;
        int token = 0;
        int at = from;
        int star = -1;
        int resume = from;
        while (at < bytes.length) {
            steps++;
            if (token < tokens.length && tokens[token] == ANY) {
                star = token++;
                resume = at;
            } else if (token < tokens.length && fits(tokens[token], bytes[at])) {
                token++;
                at++;
            } else if (star >= 0) {
                token = star + 1;
                at = ++resume;
            } else {
                return -steps;
            }
        }
        while (token < tokens.length && tokens[token] == ANY) {
            token++;
        }
        return token == tokens.length ? steps : -steps;
    }

    private boolean fits(int token, byte b) {
        if (token >= 0) {
            return token == (b & 0xff);
        }
        return token == ONE ? b != '/' : sets.get(FIRST_SET - token).get(b & 0xff);
    }
}
