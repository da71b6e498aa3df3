package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a dump of one database statement by statement and lets through what a dump needs: tables
/// and rows go to a stream for the client program; views, triggers, routines and events are handed
/// over as [DumpedObject]s; everything else is left out if it is harmless and refused if it is not.
///
/// Rows are streamed whatever their length; any other statement is held whole, up to 16 MiB. What
/// goes to the stream has no comments, no `DELIMITER` and one `;` a statement. One thread, once.
final class DumpScanner {
    private static final int HEAD_TOKENS = 512;
    private static final byte[] STATEMENT_END = {';', '\n'};

    private final String database;
    private final Collations collations;
    private final boolean strict;
    private final DumpLexer lexer;
    private final SessionState session;
    private final DumpRules rules = new DumpRules();
    private final DumpSummary summary = new DumpSummary();
    private final StatementBuffer buffer = new StatementBuffer();
    private final List<Token> head = new ArrayList<>();
    private final OutputStream tables;
    private final Consumer<DumpedObject> objects;
    private ByteSink sink = buffer;
    private DumpRules.Place place = DumpRules.Place.OTHER;
    private boolean open;

    /// Reads a dump.
    ///
    /// @param dump the dump, unpacked
    /// @param database its name where it was dumped
    /// @param server the server it is meant for
    /// @param strict whether the first refusal ends the reading, or is only noted
    /// @param tables takes the filtered statements
    /// @param objects takes the objects in the order of the dump
    DumpScanner(
            InputStream dump,
            String database,
            ServerVersion server,
            Collations collations,
            boolean strict,
            OutputStream tables,
            Consumer<DumpedObject> objects) {
        this.database = database;
        this.collations = collations;
        this.strict = strict;
        this.lexer = new DumpLexer(new DumpInput(dump), server, summary::comment);
        this.session = new SessionState(server);
        this.tables = tables;
        this.objects = objects;
    }

    /// Reads to the end.
    ///
    /// @throws MysqlDumpRefused if it is cut short, or holds what no dump may hold; nothing of the
    ///   refused statement has gone to the stream but the beginning of rows
    DumpSummary scan() throws IOException {
        while (true) {
            lexer.keepComments(false);
            sink = buffer;
            place = DumpRules.Place.OTHER;
            rules.begin();
            buffer.begin(lexer.line());
            head.clear();
            Token first = lexer.next(buffer);
            if (first.kind() == Token.Kind.EOF) {
                break;
            }
            if (first.isWord("DELIMITER")) {
                lexer.changeDelimiter();
            } else if (first.kind() != Token.Kind.END) {
                statement(first);
            }
        }
        if (summary.isMadeByTool() && !summary.isCompleted()) {
            throw new MysqlDumpRefused(lexer.line(), "its completion line is missing");
        }
        return summary;
    }

    private void statement(Token first) throws IOException {
        open = true;
        try {
            dispatch(first);
        } catch (MysqlDumpRefused e) {
            if (strict) {
                throw e;
            }
            summary.refused(e);
            skipRest();
        }
    }

    private void dispatch(Token first) throws IOException {
        rules.check(first, place, lexer.isDefaultDelimiter());
        head.add(first);
        switch (first.kind() == Token.Kind.WORD ? first.upper() : "") {
            case "INSERT", "REPLACE" -> rows();
            case "SET" -> set();
            case "CREATE" -> create();
            case "ALTER" -> alter();
            case "DROP" -> drop();
            case "LOCK", "UNLOCK" -> lock();
            case "USE" -> use();
            case "START", "BEGIN", "COMMIT" -> transaction();
            case "DO", "SELECT" -> setValue();
            default -> throw refused(first, "a statement that begins with " + printable(first));
        }
    }

    private void rows() throws IOException {
        place = DumpRules.Place.ROWS;
        checkStringRules();
        Token name = next();
        while (name.isWord("LOW_PRIORITY")
                || name.isWord("DELAYED")
                || name.isWord("HIGH_PRIORITY")
                || name.isWord("IGNORE")
                || name.isWord("INTO")) {
            name = next();
        }
        Token after = target(name).after();
        buffer.writeTo(tables);
        sink = new Streaming();
        while (after.kind() != Token.Kind.END) {
            after = next();
        }
        tables.write(STATEMENT_END);
    }

    private void set() throws IOException {
        readRest();
        if (head.size() > HEAD_TOKENS) {
            throw refused(head.getFirst(), "a SET statement of unusual length");
        }
        byte[] statements =
                new SetStatement(head.subList(1, head.size()), session, collations).apply();
        lexer.mode(session.noBackslashEscapes(), session.ansiQuotes());
        tables.write(statements);
    }

    private void create() throws IOException {
        ObjectHead objectHead = new ObjectHead(this);
        Token kind = objectHead.read();
        switch (kind.upper()) {
            case "TABLE" -> definition(DumpRules.Place.TABLE, summary::table);
            case "SEQUENCE" -> definition(DumpRules.Place.TABLE, summary::sequence);
            case "INDEX" -> {
                place = DumpRules.Place.TABLE;
                passRest();
            }
            case "DATABASE", "SCHEMA" -> ownDatabase();
            case "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE" ->
                    object(objectHead, kind);
            default -> throw refused(kind, "CREATE " + printable(kind));
        }
    }

    private void definition(DumpRules.Place where, Consumer<String> counter) throws IOException {
        place = where;
        Target target = target(afterExists(next()));
        readRestFrom(target.after());
        writeStatement();
        counter.accept(target.name());
    }

    private void object(ObjectHead objectHead, Token kindWord) throws IOException {
        place = DumpRules.Place.OBJECT;
        int bodyStart = kindWord.end();
        DumpedObject.Kind kind = DumpedObject.Kind.valueOf(kindWord.upper());
        lexer.keepComments(true);
        Token name = next();
        if (kind == DumpedObject.Kind.PACKAGE && name.isWord("BODY")) {
            kind = DumpedObject.Kind.PACKAGE_BODY;
            bodyStart = name.end();
            name = next();
        }
        Target target = target(afterExists(name));
        readRestFrom(target.after());
        DumpedObject object =
                new DumpedObject(
                        kind,
                        target.name(),
                        kindWord.line(),
                        objectHead.options(),
                        objectHead.definer(),
                        ByteString.of(buffer.copy(bodyStart)),
                        new DumpedObject.Context(
                                session.value("sql_mode"),
                                session.value("character_set_client"),
                                session.value("collation_connection"),
                                session.value("time_zone")));
        summary.object(object);
        objects.accept(object);
    }

    private void alter() throws IOException {
        Token kind = next();
        if (kind.isWord("IGNORE") || kind.isWord("ONLINE")) {
            kind = next();
        }
        if (kind.isWord("DATABASE") || kind.isWord("SCHEMA")) {
            summary.databaseAltered();
            ownDatabase();
        } else if (kind.isWord("TABLE")) {
            definition(DumpRules.Place.ALTER, _ -> {});
        } else {
            throw refused(kind, "ALTER " + printable(kind));
        }
    }

    private void drop() throws IOException {
        Token kind = next();
        switch (kind.upper()) {
            case "DATABASE", "SCHEMA" -> ownDatabase();
            case "TABLE", "SEQUENCE" -> {
                dropped(true);
                writeStatement();
            }
            // The database is fresh, and a view replaces its placeholder.
            case "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT" -> dropped(false);
            case "PACKAGE" -> readRest();
            default -> throw refused(kind, "DROP " + printable(kind));
        }
    }

    private void dropped(boolean fromTables) throws IOException {
        Token after;
        do {
            Target target = target(afterExists(next()));
            if (fromTables) {
                summary.dropped(target.name());
            }
            after = target.after();
        } while (after.isSymbol(','));
        readRestFrom(after);
    }

    /// The load is one session in a database of its own, so locks are of no use.
    private void lock() throws IOException {
        Token kind = next();
        if (!kind.isWord("TABLES") && !kind.isWord("TABLE")) {
            throw refused(kind, head.getFirst().upper() + " " + printable(kind));
        }
        readRest();
    }

    private void use() throws IOException {
        Token name = next();
        if (!name.isName() || !name.utf8().equals(database)) {
            throw refused(name, "USE of another database");
        }
        readRest();
    }

    /// `CREATE`, `ALTER` or `DROP DATABASE` of the dump's own database; left out.
    private void ownDatabase() throws IOException {
        Token name = afterExists(next());
        // ALTER DATABASE may leave out the name.
        boolean own = name.isName() && name.utf8().equals(database);
        if (!own && !name.isWord("CHARACTER") && !name.isWord("DEFAULT")) {
            throw refused(name, head.getFirst().upper() + " DATABASE of another database");
        }
        if (name.kind() != Token.Kind.END) {
            readRest();
        }
    }

    private void transaction() throws IOException {
        readRest();
        boolean plain =
                switch (head.getFirst().upper()) {
                    case "START" -> head.size() == 2 && head.get(1).isWord("TRANSACTION");
                    default -> head.size() == 1 || (head.size() == 2 && head.get(1).isWord("WORK"));
                };
        if (!plain) {
            throw refused(head.getFirst(), "an unusual transaction statement");
        }
        writeStatement();
    }

    /// MariaDB's dumps set sequences by `DO SETVAL(...)`, older ones by `SELECT SETVAL(...)`.
    private void setValue() throws IOException {
        Token function = next();
        if (!function.isWord("SETVAL")) {
            throw refused(head.getFirst(), "a " + head.getFirst().upper() + " statement");
        }
        readRest();
        int names = 0;
        for (int i = 2; i < head.size(); i++) {
            Token token = head.get(i);
            names += token.kind() == Token.Kind.NAME ? 1 : 0;
            boolean expected =
                    token.kind() == Token.Kind.NAME
                            || (token.kind() == Token.Kind.WORD
                                    && token.text().matches("\\d{1,20}"))
                            || (token.kind() == Token.Kind.SYMBOL && "(),-".contains(token.text()));
            if (!expected || names > 1) {
                throw refused(token, "an unusual SETVAL");
            }
        }
        writeStatement();
    }

    /// The name of what a statement is about, and the token behind it.
    private record Target(String name, Token after) {}

    private Target target(Token name) throws IOException {
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

    private Token afterExists(Token token) throws IOException {
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
        rules.check(token, place, lexer.isDefaultDelimiter());
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

    private void readRest() throws IOException {
        if (open) {
            readRestFrom(next());
        }
    }

    private void readRestFrom(Token token) throws IOException {
        Token last = token;
        while (last.kind() != Token.Kind.END) {
            last = next();
        }
    }

    private void passRest() throws IOException {
        readRest();
        writeStatement();
    }

    private void writeStatement() throws IOException {
        if (place != DumpRules.Place.OTHER) {
            checkStringRules();
        }
        buffer.writeTo(tables);
        tables.write(STATEMENT_END);
    }

    /// Under these modes the client program reads quotes otherwise than the server; dump programs
    /// use them for objects only.
    private void checkStringRules() throws MysqlDumpRefused {
        if (session.noBackslashEscapes() || session.ansiQuotes()) {
            throw refused(
                    head.getFirst(), "tables under sql_mode NO_BACKSLASH_ESCAPES or ANSI_QUOTES");
        }
    }

    private void skipRest() throws IOException {
        lexer.keepComments(false);
        while (open) {
            Token.Kind kind = lexer.next(DumpLexer.DROP).kind();
            open = kind != Token.Kind.END && kind != Token.Kind.EOF;
        }
    }

    MysqlDumpRefused refused(Token token, String what) {
        return new MysqlDumpRefused(token.line(), what);
    }

    /// A keyword as it may be shown: short and plain.
    static String printable(@Nullable Token token) {
        if (token == null || token.text().isEmpty()) {
            return "nothing";
        }
        String text = token.upper().replaceAll("[^A-Z0-9_]", "?");
        return text.length() > 30 ? text.substring(0, 30).toUpperCase(Locale.ROOT) + "…" : text;
    }

    /// Hands rows on as they are read.
    private final class Streaming implements ByteSink {
        @Override
        public void put(byte[] bytes, int offset, int length) throws IOException {
            tables.write(bytes, offset, length);
        }

        @Override
        public int position() {
            return 0;
        }
    }
}
