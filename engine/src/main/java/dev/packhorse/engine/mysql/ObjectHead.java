package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.util.Optional;

/// Reads what may stand between `CREATE` and the kind of what is created.
final class ObjectHead {
    private final StatementReader reader;
    private String algorithm = "";
    private String security = "";
    private boolean aggregate;
    private Optional<DumpedObject.Definer> definer = Optional.empty();

    ObjectHead(StatementReader reader) {
        this.reader = reader;
    }

    /// Reads up to the kind, and returns it.
    Token read() throws IOException {
        Token token = reader.next();
        while (true) {
            switch (token.kind() == Token.Kind.WORD ? token.upper() : "") {
                case "OR" -> {
                    expect(reader.next(), "REPLACE");
                    token = reader.next();
                }
                case "ALGORITHM" -> token = readAlgorithm();
                case "DEFINER" -> token = readDefiner();
                case "SQL" -> {
                    expect(reader.next(), "SECURITY");
                    Token word = reader.next();
                    if (!word.isWord("DEFINER") && !word.isWord("INVOKER")) {
                        throw reader.refused(word, "an unusual SQL SECURITY");
                    }
                    security = word.upper();
                    token = reader.next();
                }
                case "AGGREGATE" -> {
                    aggregate = true;
                    token = reader.next();
                }
                case "UNIQUE", "FULLTEXT", "SPATIAL" -> {
                    token = reader.next();
                    if (!token.isWord("INDEX")) {
                        throw reader.refused(token, "an unusual CREATE");
                    }
                    return token;
                }
                default -> {
                    return token;
                }
            }
        }
    }

    private Token readAlgorithm() throws IOException {
        expectSymbol(reader.next(), '=');
        Token word = reader.next();
        if (!word.isWord("UNDEFINED") && !word.isWord("MERGE") && !word.isWord("TEMPTABLE")) {
            throw reader.refused(word, "an unusual ALGORITHM");
        }
        algorithm = word.upper();
        return reader.next();
    }

    private Token readDefiner() throws IOException {
        expectSymbol(reader.next(), '=');
        Token user = reader.next();
        Token next = reader.next();
        if (user.isWord("CURRENT_USER") || user.isWord("CURRENT_ROLE")) {
            if (next.isSymbol('(')) {
                expectSymbol(reader.next(), ')');
                next = reader.next();
            }
            return next;
        }
        if (!next.isSymbol('@')) {
            // A role as the definer; the account's user takes its place.
            return next;
        }
        Token host = reader.next();
        definer = Optional.of(new DumpedObject.Definer(user.utf8(), host.utf8()));
        return reader.next();
    }

    DumpedObject.Options options() {
        return new DumpedObject.Options(algorithm, security, aggregate);
    }

    Optional<DumpedObject.Definer> definer() {
        return definer;
    }

    private void expect(Token token, String word) throws MysqlDumpRefused {
        if (!token.isWord(word)) {
            throw reader.refused(token, "an unusual CREATE");
        }
    }

    private void expectSymbol(Token token, char symbol) throws MysqlDumpRefused {
        if (!token.isSymbol(symbol)) {
            throw reader.refused(token, "an unusual CREATE");
        }
    }
}
