package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.function.Consumer;

/// Reads a dump of one database statement by statement and lets through what a dump needs: tables
/// and rows go to a stream for the client program; views, triggers, routines and events are handed
/// over as [DumpedObject]s; everything else is left out if it is harmless and refused if it is not.
///
/// Rows are streamed whatever their length; any other statement is held whole, up to 16 MiB. What
/// goes to the stream has no comments, no `DELIMITER` and one `;` a statement. One thread, once.
final class DumpScanner {
    private static final byte[] STATEMENT_END = {';', '\n'};

    /// More than a trigger with all its events has before its table.
    private static final int TRIGGER_WORDS = 12;

    private final String database;
    private final Collations collations;
    private final boolean strict;
    private final StatementReader reader;
    private final SessionState session;
    private final DumpSummary summary = new DumpSummary();
    private final OutputStream tables;
    private final Consumer<DumpedObject> objects;

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
        this.reader = new StatementReader(dump, database, server, collations, summary::comment);
        this.session = new SessionState(server);
        this.tables = tables;
        this.objects = objects;
    }

    /// Reads to the end.
    ///
    /// @throws MysqlDumpRefused if it is cut short, or holds what no dump may hold; nothing of the
    ///   refused statement has gone to the stream but the beginning of rows
    DumpSummary scan() throws IOException {
        for (Token first = reader.begin(); first.kind() != Token.Kind.EOF; first = reader.begin()) {
            statement(first);
        }
        if (summary.isMadeByTool() && !summary.isCompleted()) {
            throw new MysqlDumpRefused(reader.line(), "its completion line is missing");
        }
        return summary;
    }

    private void statement(Token first) throws IOException {
        try {
            dispatch(first);
        } catch (MysqlDumpRefused e) {
            if (strict) {
                throw e;
            }
            summary.refused(e);
            reader.skipRest();
        }
    }

    private void dispatch(Token first) throws IOException {
        reader.accept(first);
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
            default ->
                    throw reader.refused(first, "a statement that begins with " + printable(first));
        }
    }

    private void rows() throws IOException {
        reader.place(DumpRules.Place.ROWS);
        checkStringRules();
        Token name = reader.next();
        while (name.isWord("LOW_PRIORITY")
                || name.isWord("DELAYED")
                || name.isWord("HIGH_PRIORITY")
                || name.isWord("IGNORE")
                || name.isWord("INTO")) {
            name = reader.next();
        }
        Token after = reader.target(name).after();
        reader.streamTo(tables);
        while (after.kind() != Token.Kind.END) {
            after = reader.next();
        }
        tables.write(STATEMENT_END);
    }

    private void set() throws IOException {
        reader.readRest();
        if (reader.head().size() > StatementReader.HEAD_TOKENS) {
            throw reader.refused(reader.first(), "a SET statement of unusual length");
        }
        byte[] statements = new SetStatement(reader.head(), session, collations).apply();
        reader.mode(session);
        tables.write(statements);
    }

    private void create() throws IOException {
        ObjectHead objectHead = new ObjectHead(reader);
        Token kind = objectHead.read();
        switch (kind.upper()) {
            case "TABLE" -> definition(DumpRules.Place.TABLE, summary::table);
            case "SEQUENCE" -> definition(DumpRules.Place.TABLE, summary::sequence);
            case "INDEX" -> {
                reader.place(DumpRules.Place.TABLE);
                passRest();
            }
            case "DATABASE", "SCHEMA" -> ownDatabase();
            case "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE" ->
                    object(objectHead, kind);
            default -> throw reader.refused(kind, "CREATE " + printable(kind));
        }
    }

    private void definition(DumpRules.Place where, Consumer<String> counter) throws IOException {
        reader.place(where);
        StatementReader.Target target = reader.target(reader.afterExists(reader.next()));
        reader.readRestFrom(target.after());
        writeStatement();
        counter.accept(target.name());
    }

    private void object(ObjectHead objectHead, Token kindWord) throws IOException {
        reader.place(DumpRules.Place.OBJECT);
        int bodyStart = kindWord.end();
        DumpedObject.Kind kind = DumpedObject.Kind.valueOf(kindWord.upper());
        Token name = reader.next();
        if (kind == DumpedObject.Kind.PACKAGE && name.isWord("BODY")) {
            kind = DumpedObject.Kind.PACKAGE_BODY;
            bodyStart = name.end();
            name = reader.next();
        }
        StatementReader.Target target = reader.target(reader.afterExists(name));
        reader.readRestFrom(
                kind == DumpedObject.Kind.TRIGGER
                        ? reader.target(triggerTable(target.after())).after()
                        : target.after());
        DumpedObject object =
                new DumpedObject(
                        kind,
                        target.name(),
                        kindWord.line(),
                        objectHead.options(),
                        objectHead.definer(),
                        ByteString.of(reader.copy(bodyStart)),
                        new DumpedObject.Context(
                                session.value("sql_mode"),
                                session.value("character_set_client"),
                                session.value("collation_connection"),
                                session.value("time_zone")));
        summary.object(object);
        objects.accept(object);
    }

    /// Passes the events of a trigger. Its table may be named with the database, which is called
    /// otherwise while it is loaded, and under another account name also afterwards.
    private Token triggerTable(Token timing) throws IOException {
        Token token = timing;
        for (int words = 0; words < TRIGGER_WORDS && token.kind() == Token.Kind.WORD; words++) {
            if (token.isWord("ON")) {
                return reader.next();
            }
            token = reader.next();
        }
        throw reader.refused(token, "a trigger without a table");
    }

    private void alter() throws IOException {
        Token kind = reader.next();
        if (kind.isWord("IGNORE") || kind.isWord("ONLINE")) {
            kind = reader.next();
        }
        if (kind.isWord("DATABASE") || kind.isWord("SCHEMA")) {
            summary.databaseAltered();
            ownDatabase();
        } else if (kind.isWord("TABLE")) {
            definition(DumpRules.Place.ALTER, _ -> {});
        } else {
            throw reader.refused(kind, "ALTER " + printable(kind));
        }
    }

    private void drop() throws IOException {
        Token kind = reader.next();
        switch (kind.upper()) {
            case "DATABASE", "SCHEMA" -> ownDatabase();
            case "TABLE", "SEQUENCE" -> {
                dropped(true);
                writeStatement();
            }
            // The database is fresh, and a view replaces its placeholder.
            case "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT" -> dropped(false);
            case "PACKAGE" -> reader.readRest();
            default -> throw reader.refused(kind, "DROP " + printable(kind));
        }
    }

    private void dropped(boolean fromTables) throws IOException {
        Token after;
        do {
            StatementReader.Target target = reader.target(reader.afterExists(reader.next()));
            if (fromTables) {
                summary.dropped(target.name());
            }
            after = target.after();
        } while (after.isSymbol(','));
        reader.readRestFrom(after);
    }

    /// The load is one session in a database of its own, so locks are of no use.
    private void lock() throws IOException {
        Token kind = reader.next();
        if (!kind.isWord("TABLES") && !kind.isWord("TABLE")) {
            throw reader.refused(kind, reader.first().upper() + " " + printable(kind));
        }
        reader.readRest();
    }

    private void use() throws IOException {
        Token name = reader.next();
        if (!name.isName() || !name.utf8().equals(database)) {
            throw reader.refused(name, "USE of another database");
        }
        reader.readRest();
    }

    /// `CREATE`, `ALTER` or `DROP DATABASE` of the dump's own database; left out.
    private void ownDatabase() throws IOException {
        Token name = reader.afterExists(reader.next());
        // ALTER DATABASE may leave out the name.
        boolean own = name.isName() && name.utf8().equals(database);
        if (!own && !name.isWord("CHARACTER") && !name.isWord("DEFAULT")) {
            throw reader.refused(name, reader.first().upper() + " DATABASE of another database");
        }
        reader.readRest();
    }

    private void transaction() throws IOException {
        reader.readRest();
        boolean plain =
                switch (reader.first().upper()) {
                    case "START" ->
                            reader.head().size() == 2 && reader.head().get(1).isWord("TRANSACTION");
                    default ->
                            reader.head().size() == 1
                                    || (reader.head().size() == 2
                                            && reader.head().get(1).isWord("WORK"));
                };
        if (!plain) {
            throw reader.refused(reader.first(), "an unusual transaction statement");
        }
        writeStatement();
    }

    /// MariaDB's dumps set sequences by `DO SETVAL(...)`, older ones by `SELECT SETVAL(...)`.
    private void setValue() throws IOException {
        Token function = reader.next();
        if (!function.isWord("SETVAL")) {
            throw reader.refused(reader.first(), "a " + reader.first().upper() + " statement");
        }
        reader.readRest();
        int names = 0;
        for (int i = 2; i < reader.head().size(); i++) {
            Token token = reader.head().get(i);
            names += token.kind() == Token.Kind.NAME ? 1 : 0;
            boolean expected =
                    token.kind() == Token.Kind.NAME
                            || (token.kind() == Token.Kind.WORD
                                    && token.text().matches("\\d{1,20}"))
                            || (token.kind() == Token.Kind.SYMBOL && "(),-".contains(token.text()));
            if (!expected || names > 1) {
                throw reader.refused(token, "an unusual SETVAL");
            }
        }
        writeStatement();
    }

    private void passRest() throws IOException {
        reader.readRest();
        writeStatement();
    }

    private void writeStatement() throws IOException {
        if (reader.isInTables()) {
            checkStringRules();
        }
        reader.writeTo(tables);
        tables.write(STATEMENT_END);
    }

    /// Under these modes the client program reads quotes otherwise than the server; dump programs
    /// use them for objects only.
    private void checkStringRules() throws MysqlDumpRefused {
        if (session.noBackslashEscapes() || session.ansiQuotes()) {
            throw reader.refused(
                    reader.first(), "tables under sql_mode NO_BACKSLASH_ESCAPES or ANSI_QUOTES");
        }
    }

    /// A keyword as it may be shown: short and plain.
    static String printable(Token token) {
        if (token.text().isEmpty()) {
            return "nothing";
        }
        String text = token.upper().replaceAll("[^A-Z0-9_]", "?");
        return text.length() > 30 ? text.substring(0, 30).toUpperCase(Locale.ROOT) + "…" : text;
    }
}
