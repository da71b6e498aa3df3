package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads one statement of a dump after the other, token by token: every token is checked against
/// the [DumpRules], collations that the server lacks are replaced on the way. A statement is held
/// in a buffer unless it is switched to streaming.
final class StatementReader {
    static final int HEAD_TOKENS = 512;

    private final String database;
    private final Collations collations;
    private final DumpLexer lexer;
    private final DumpRules rules = new DumpRules();
    private final StatementBuffer buffer = new StatementBuffer();
    private final List<Token> head = new ArrayList<>();
    private ByteSink sink = buffer;
    private DumpRules.Place place = DumpRules.Place.OTHER;
    private boolean open;

    /// Reads a dump.
    ///
    /// @param comments is told the beginning of every comment line
    StatementReader(
            InputStream dump,
            String database,
            ServerVersion server,
            Collations collations,
            Consumer<String> comments) {
        this.database = database;
        this.collations = collations;
        this.lexer = new DumpLexer(new DumpInput(dump), server, comments);
    }

    /// Begins the next statement that is not empty, and returns its first word; the end of the dump
    /// if there is none.
    Token begin() throws IOException {
        while (true) {
            lexer.keepComments(false);
            sink = buffer;
            place = DumpRules.Place.OTHER;
            rules.begin();
            buffer.begin(lexer.line());
            head.clear();
            Token first = lexer.next(buffer);
            if (first.isWord("DELIMITER")) {
                lexer.changeDelimiter();
            } else if (first.kind() != Token.Kind.END) {
                open = first.kind() != Token.Kind.EOF;
                return first;
            }
        }
    }

    /// Checks the first word, which [#begin()] leaves to the caller to look at.
    void accept(Token first) throws MysqlDumpRefused {
        rules.check(first, place);
        head.add(first);
    }

    /// Says what the words to come belong to.
    void place(DumpRules.Place where) {
        place = where;
        lexer.keepComments(where == DumpRules.Place.OBJECT);
    }

    boolean isInTables() {
        return place != DumpRules.Place.OTHER;
    }

    /// How the session reads strings from here on.
    void mode(SessionState session) {
        lexer.mode(session.noBackslashEscapes(), session.ansiQuotes());
    }

    long line() {
        return lexer.line();
    }

    /// The statement's tokens so far, at most one more than [#HEAD_TOKENS].
    List<Token> head() {
        return head;
    }

    Token first() {
        return head.getFirst();
    }

    /// What the buffer holds from a position on.
    byte[] copy(int from) {
        return buffer.copy(from);
    }

    void writeTo(OutputStream out) throws IOException {
        buffer.writeTo(out);
    }

    /// Hands on what is held, and everything to come as it is read.
    void streamTo(OutputStream out) throws IOException {
        buffer.writeTo(out);
        sink = new Streaming(out);
    }

    /// The name of what a statement is about, and the token behind it.
    record Target(String name, Token after) {}

    Target target(Token name) throws IOException {
        if (!name.isName()) {
            throw refused(name, head.getFirst().upper() + " without a plain name");
        }
        Token after = next();
        if (!after.isSymbol('.')) {
            return new Target(name.utf8(), after);
        }
        if (!name.utf8().equals(database)) {
            throw refused(name, head.getFirst().upper() + " in another database");
        }
        Token local = next();
        if (!local.isName()) {
            throw refused(local, head.getFirst().upper() + " without a plain name");
        }
        buffer.cut(name.start(), local.start());
        return new Target(local.utf8(), next());
    }

    Token afterExists(Token token) throws IOException {
        if (!token.isWord("IF")) {
            return token;
        }
        Token next = next();
        if (next.isWord("NOT")) {
            next = next();
        }
        if (!next.isWord("EXISTS")) {
            throw refused(next, "IF without EXISTS");
        }
        return next();
    }

    /// The next token of the statement, checked.
    Token next() throws IOException {
        Token token = lexer.next(sink);
        if (token.kind() == Token.Kind.END) {
            open = false;
            return token;
        }
        if (token.kind() == Token.Kind.EOF) {
            open = false;
            throw refused(token, "it ends in the middle of a statement");
        }
        rules.check(token, place);
        if (sink == buffer) {
            if (head.size() <= HEAD_TOKENS) {
                head.add(token);
            }
            if (token.kind() == Token.Kind.WORD && collations.isForeign(token.text())) {
                buffer.replaceFrom(
                        token.start(),
                        collations.map(token.text()).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return token;
    }

    void readRest() throws IOException {
        readRestFrom(next());
    }

    void readRestFrom(Token token) throws IOException {
        Token last = token;
        while (last.kind() != Token.Kind.END) {
            last = next();
        }
    }

    /// Leaves out what remains of the statement.
    void skipRest() throws IOException {
        lexer.keepComments(false);
        while (open) {
            Token.Kind kind = lexer.next(DumpLexer.DROP).kind();
            open = kind != Token.Kind.END && kind != Token.Kind.EOF;
        }
    }

    MysqlDumpRefused refused(Token token, String what) {
        return new MysqlDumpRefused(token.line(), what);
    }

    /// Hands rows on as they are read.
    private record Streaming(OutputStream out) implements ByteSink {
        @Override
        public void put(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public int position() {
            return 0;
        }
    }
}
