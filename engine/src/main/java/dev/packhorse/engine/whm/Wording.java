package dev.packhorse.engine.whm;

/// How foreign text stands in our messages: in U+201C and U+201D quotes, cut, on one line.
final class Wording {
    private static final int MOST_SHOWN = 64;

    private Wording() {}

    static String quoted(String text) {
        return "“" + shown(text) + "”";
    }

    static String shown(String text) {
        String cut = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
        StringBuilder clean = new StringBuilder(cut.length());
        cut.codePoints().map(c -> isUnprintable(c) ? '?' : c).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isUnprintable(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
