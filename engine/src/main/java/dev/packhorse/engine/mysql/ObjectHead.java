package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.util.Optional;

/// Reads what may stand between `CREATE` and the kind of what is created.
final class ObjectHead {
    private final DumpScanner scanner;
    private String algorithm = "";
    private String security = "";
    private boolean aggregate;
    private Optional<DumpedObject.Definer> definer = Optional.empty();

    ObjectHead(DumpScanner scanner) {
        this.scanner = scanner;
    }

    /// Reads up to the kind, and returns it.
    Token read() throws IOException {
        Token token = scanner.next();
        while (true) {
            switch (token.kind() == Token.Kind.WORD ? token.upper() : "") {
                case "OR" -> {
                    expect(scanner.next(), "REPLACE");
                    token = scanner.next();
                }
                case "ALGORITHM" -> token = readAlgorithm();
                case "DEFINER" -> token = readDefiner();
                case "SQL" -> {
                    expect(scanner.next(), "SECURITY");
                    Token word = scanner.next();
                    if (!word.isWord("DEFINER") && !word.isWord("INVOKER")) {
                        throw scanner.refused(word, "an unusual SQL SECURITY");
                    }
                    security = word.upper();
                    token = scanner.next();
                }
                case "AGGREGATE" -> {
                    aggregate = true;
                    token = scanner.next();
                }
                case "UNIQUE", "FULLTEXT", "SPATIAL" -> {
                    token = scanner.next();
                    if (!token.isWord("INDEX")) {
                        throw scanner.refused(token, "an unusual CREATE");
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
        expectSymbol(scanner.next(), '=');
        Token word = scanner.next();
        if (!word.isWord("UNDEFINED") && !word.isWord("MERGE") && !word.isWord("TEMPTABLE")) {
            throw scanner.refused(word, "an unusual ALGORITHM");
        }
        algorithm = word.upper();
        return scanner.next();
    }

    private Token readDefiner() throws IOException {
        expectSymbol(scanner.next(), '=');
        Token user = scanner.next();
        Token next = scanner.next();
        if (user.isWord("CURRENT_USER") || user.isWord("CURRENT_ROLE")) {
            if (next.isSymbol('(')) {
                expectSymbol(scanner.next(), ')');
                next = scanner.next();
            }
            return next;
        }
        if (!next.isSymbol('@')) {
            // A role as the definer; the account's user takes its place.
            return next;
        }
        Token host = scanner.next();
        definer = Optional.of(new DumpedObject.Definer(user.utf8(), host.utf8()));
        return scanner.next();
    }

    DumpedObject.Options options() {
        return new DumpedObject.Options(algorithm, security, aggregate);
    }

    Optional<DumpedObject.Definer> definer() {
        return definer;
    }

    private void expect(Token token, String word) throws MysqlDumpRefused {
        if (!token.isWord(word)) {
            throw scanner.refused(token, "an unusual CREATE");
        }
    }

    private void expectSymbol(Token token, char symbol) throws MysqlDumpRefused {
        if (!token.isSymbol(symbol)) {
            throw scanner.refused(token, "an unusual CREATE");
        }
    }
}
