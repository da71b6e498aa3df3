package dev.packhorse.engine.mysql;

import java.util.Set;

/// What no word of a dump may be, whatever the statement. Looks at one token after the other.
final class DumpRules {
    /// Words that reach files or load code.
    private static final Set<String> NOWHERE =
            Set.of("OUTFILE", "DUMPFILE", "LOAD_FILE", "INFILE", "SONAME");

    /// Words that a table's definition or its rows do not need.
    private static final Set<String> NOT_IN_TABLES = Set.of("SELECT", "EXECUTE", "PREPARE", "CALL");

    private static final Set<String> NOT_IN_ALTER =
            Set.of("RENAME", "EXCHANGE", "DISCARD", "IMPORT");

    /// Engines that read files, reach other servers or run code.
    private static final Set<String> ENGINES =
            Set.of(
                    "CONNECT",
                    "FEDERATED",
                    "FEDERATEDX",
                    "SPIDER",
                    "S3",
                    "SPHINX",
                    "CASSANDRA",
                    "OQGRAPH",
                    "NDB",
                    "NDBCLUSTER");

    private static final Token NOTHING = new Token(Token.Kind.END, "", 0, 0, 0);

    /// Where in a dump the words stand.
    enum Place {
        TABLE,
        ALTER,
        ROWS,
        OBJECT,
        OTHER
    }

    private Token before = NOTHING;
    private boolean engineNext;

    void begin() {
        before = NOTHING;
        engineNext = false;
    }

    void check(Token token, Place place) throws MysqlDumpRefused {
        if (token.isSymbol('\\')) {
            throw new MysqlDumpRefused(token.line(), "a command for the client program");
        }
        if (token.kind() == Token.Kind.WORD && NOWHERE.contains(token.upper())) {
            throw new MysqlDumpRefused(token.line(), token.upper() + " is not allowed in a dump");
        }
        if (place != Place.OBJECT) {
            checkTable(token, place);
        }
        before = token;
    }

    private void checkTable(Token token, Place place) throws MysqlDumpRefused {
        // where it is the delimiter it is no symbol
        if (token.isSymbol(';')) {
            throw new MysqlDumpRefused(token.line(), "two statements in one");
        }
        if (place == Place.OTHER) {
            return;
        }
        if (token.isSymbol('@')) {
            throw new MysqlDumpRefused(token.line(), "a variable in a table or its rows");
        }
        if (token.kind() == Token.Kind.WORD) {
            String word = token.upper();
            boolean bad =
                    NOT_IN_TABLES.contains(word)
                            || (place == Place.ALTER && NOT_IN_ALTER.contains(word))
                            || (word.equals("DIRECTORY")
                                    && (before.isWord("DATA") || before.isWord("INDEX")));
            if (bad) {
                throw new MysqlDumpRefused(token.line(), word + " in a table or its rows");
            }
        }
        checkEngine(token, place);
    }

    private void checkEngine(Token token, Place place) throws MysqlDumpRefused {
        if (place == Place.ROWS || token.isSymbol('=')) {
            return;
        }
        if (engineNext && ENGINES.contains(token.upper())) {
            throw new MysqlDumpRefused(token.line(), "a table of the engine " + token.upper());
        }
        engineNext = token.isWord("ENGINE") || token.isWord("TYPE");
    }
}
