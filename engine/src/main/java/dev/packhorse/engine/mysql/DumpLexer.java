package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// Splits a dump into tokens, as the target server would read it: conditional comments that the
/// server executes are unwrapped, all others are comments. What is handed to the sink therefore has
/// no conditional comments left, and client, server and this reader cannot disagree about them.
/// Constant memory.
final class DumpLexer {
    private static final int KEPT_TEXT_BYTES = 4 * 1024;
    private static final byte[] SPACE = {' '};
    private static final boolean[] WORD_BYTES = wordBytes(true);
    private static final boolean[] WORD_BYTES_BUT_DOLLAR = wordBytes(false);

    private final DumpInput in;
    private final ServerVersion server;
    private final Consumer<String> comments;
    private final StringBuilder text = new StringBuilder();
    private byte[] delimiter = {';'};
    private boolean insideConditional;
    private boolean backslashEscapes = true;
    private boolean doubleQuotesNames;
    private boolean keepComments;

    /// Reads from the input.
    ///
    /// @param comments is told the beginning of every comment line
    DumpLexer(DumpInput in, ServerVersion server, Consumer<String> comments) {
        this.in = in;
        this.server = server;
        this.comments = comments;
    }

    /// How the session's `sql_mode` makes the server read strings.
    void mode(boolean noBackslashEscapes, boolean ansiQuotes) {
        backslashEscapes = !noBackslashEscapes;
        doubleQuotesNames = ansiQuotes;
    }

    /// Whether plain comments are handed on, as inside a routine, or dropped.
    void keepComments(boolean keep) {
        keepComments = keep;
    }

    long line() {
        return in.line();
    }

    /// The next token; its bytes and the white space before it go to the sink.
    Token next(ByteSink sink) throws IOException {
        while (true) {
            skipSpace(sink);
            int c = in.peek(0);
            long line = in.line();
            if (c < 0) {
                if (insideConditional) {
                    throw new MysqlDumpRefused(line, "it ends inside a comment");
                }
                return new Token(Token.Kind.EOF, "", line, sink.position(), sink.position());
            }
            if (in.at(delimiter)) {
                return delimiterToken(sink, line);
            }
            if (!skipComment(c, sink)) {
                return token(c, sink, line);
            }
        }
    }

    private Token delimiterToken(ByteSink sink, long line) throws IOException {
        if (insideConditional) {
            throw new MysqlDumpRefused(line, "a statement ends inside a conditional comment");
        }
        in.skip(delimiter.length);
        return new Token(Token.Kind.END, "", line, sink.position(), sink.position());
    }

    private Token token(int c, ByteSink sink, long line) throws IOException {
        int start = sink.position();
        text.setLength(0);
        Token.Kind kind =
                switch (c) {
                    case '`' -> quoted('`', false, sink, Token.Kind.NAME);
                    case '\'' -> quoted('\'', backslashEscapes, sink, Token.Kind.STRING);
                    case '"' ->
                            doubleQuotesNames
                                    ? quoted('"', false, sink, Token.Kind.NAME)
                                    : quoted('"', backslashEscapes, sink, Token.Kind.STRING);
                    default -> isWordByte(c) ? word(sink) : symbol(c, sink);
                };
        return new Token(kind, text.toString(), line, start, sink.position());
    }

    private Token.Kind word(ByteSink sink) throws IOException {
        // A delimiter of dollars may follow a word at once.
        in.passWhile(delimiter[0] == '$' ? WORD_BYTES_BUT_DOLLAR : WORD_BYTES, new Keeping(sink));
        return Token.Kind.WORD;
    }

    private Token.Kind symbol(int c, ByteSink sink) throws IOException {
        keep(c);
        in.pass(1, sink);
        return Token.Kind.SYMBOL;
    }

    private Token.Kind quoted(char quote, boolean escapes, ByteSink sink, Token.Kind kind)
            throws IOException {
        long line = in.line();
        ByteSink both = new Keeping(sink);
        in.pass(1, sink);
        while (true) {
            in.passUntil(quote, escapes ? '\\' : quote, both);
            int c = in.peek(0);
            int after = in.peek(1);
            if (c < 0 || (after < 0 && c != quote)) {
                throw new MysqlDumpRefused(line, "it ends inside a quoted text");
            }
            if (c == '\\') {
                keep(after);
                in.pass(2, sink);
            } else if (after == quote) {
                keep(quote);
                in.pass(2, sink);
            } else {
                in.pass(1, sink);
                return kind;
            }
        }
    }

    private void skipSpace(ByteSink sink) throws IOException {
        for (int c = in.peek(0); isSpace(c); c = in.peek(0)) {
            in.pass(1, sink);
        }
    }

    private boolean skipComment(int c, ByteSink sink) throws IOException {
        if (c == '#' || (c == '-' && in.peek(1) == '-' && isSpaceOrEnd(in.peek(2)))) {
            lineComment(sink);
            return true;
        }
        if (c == '*' && insideConditional && in.peek(1) == '/') {
            in.skip(2);
            insideConditional = false;
            sink.put(SPACE, 0, 1);
            return true;
        }
        if (c != '/' || in.peek(1) != '*') {
            return false;
        }
        boolean mariaDbOnly = in.peek(2) == 'M' && in.peek(3) == '!';
        if (!insideConditional && (mariaDbOnly || in.peek(2) == '!')) {
            openConditional(mariaDbOnly, sink);
        } else {
            blockComment(sink);
        }
        return true;
    }

    private void openConditional(boolean mariaDbOnly, ByteSink sink) throws IOException {
        int at = mariaDbOnly ? 4 : 3;
        int digits = 0;
        int version = 0;
        while (digits < 6 && in.peek(at + digits) >= '0' && in.peek(at + digits) <= '9') {
            version = version * 10 + in.peek(at + digits) - '0';
            digits++;
        }
        if (digits < 5) {
            // Fewer digits are no version but content.
            version = 0;
            digits = 0;
        }
        if (server.executes(mariaDbOnly, version)) {
            in.skip(at + digits);
            insideConditional = true;
            sink.put(SPACE, 0, 1);
        } else {
            blockComment(DROP);
            sink.put(SPACE, 0, 1);
        }
    }

    /// Both servers let one plain comment stand inside a skipped one.
    private void blockComment(ByteSink sink) throws IOException {
        long line = in.line();
        // One that looks conditional stood inside another: the server skipped it there, but would
        // execute it now that the outer one is unwrapped.
        boolean conditional = in.peek(2) == '!' || (in.peek(2) == 'M' && in.peek(3) == '!');
        ByteSink target = keepComments && !conditional ? sink : DROP;
        in.pass(2, target);
        boolean nested = false;
        boolean mayNest = target == DROP && sink == DROP;
        while (true) {
            in.passUntil('*', mayNest ? '/' : '*', target);
            if (in.peek(1) < 0) {
                throw new MysqlDumpRefused(line, "it ends inside a comment");
            }
            if (in.peek(0) == '*' && in.peek(1) == '/') {
                in.pass(2, target);
                if (!nested) {
                    break;
                }
                nested = false;
            } else if (in.peek(0) == '/' && in.peek(1) == '*' && !nested) {
                in.pass(2, target);
                nested = true;
            } else {
                in.pass(1, target);
            }
        }
        if (target == DROP) {
            sink.put(SPACE, 0, 1);
        }
    }

    private void lineComment(ByteSink sink) throws IOException {
        text.setLength(0);
        ByteSink target = keepComments ? sink : DROP;
        in.passUntil('\n', '\n', new Keeping(target));
        comments.accept(text.toString());
    }

    /// Reads the argument of the client's `DELIMITER` command, the rest of its line.
    void changeDelimiter() throws IOException {
        text.setLength(0);
        long line = in.line();
        in.passUntil('\n', '\n', new Keeping(DROP));
        byte[] wanted = text.toString().strip().getBytes(StandardCharsets.ISO_8859_1);
        boolean plain = wanted.length > 0 && wanted.length <= 8 && !insideConditional;
        for (byte b : wanted) {
            plain &= ";$|/~^&".indexOf(b) >= 0;
        }
        if (!plain || Arrays.equals(wanted, new byte[] {'/'})) {
            throw new MysqlDumpRefused(line, "an unusual DELIMITER");
        }
        delimiter = wanted;
    }

    private void keep(int value) {
        if (text.length() < KEPT_TEXT_BYTES) {
            text.append((char) value);
        }
    }

    private boolean isWordByte(int c) {
        return WORD_BYTES[c] && !(c == '$' && delimiter[0] == '$');
    }

    private static boolean[] wordBytes(boolean dollar) {
        boolean[] marked = new boolean[256];
        for (int c = 0; c < marked.length; c++) {
            marked[c] =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || (c == '$' && dollar)
                            || c >= 0x80;
        }
        return marked;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isSpaceOrEnd(int c) {
        return c <= ' ';
    }

    /// Forgets what it gets.
    static final ByteSink DROP =
            new ByteSink() {
                @Override
                public void put(byte[] bytes, int offset, int length) {}

                @Override
                public int position() {
                    return 0;
                }
            };

    /// Hands bytes on and keeps the first of them as the token's text.
    private final class Keeping implements ByteSink {
        private final ByteSink target;

        Keeping(ByteSink target) {
            this.target = target;
        }

        @Override
        public void put(byte[] bytes, int offset, int length) throws IOException {
            int kept = Math.min(length, KEPT_TEXT_BYTES - text.length());
            for (int i = 0; i < kept; i++) {
                text.append((char) (bytes[offset + i] & 0xff));
            }
            target.put(bytes, offset, length);
        }

        @Override
        public int position() {
            return target.position();
        }
    }
}
