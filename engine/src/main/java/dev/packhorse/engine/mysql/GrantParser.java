package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Parses one `GRANT` statement, of the server's own `SHOW GRANTS` or of an archive. Tolerant in
/// quotes and case, strict in everything else: what it does not know it does not take.
final class GrantParser {
    /// What may be granted on a database, a table or a routine.
    static final Set<String> PRIVILEGES =
            Set.of(
                    "ALL PRIVILEGES",
                    "SELECT",
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "CREATE",
                    "DROP",
                    "REFERENCES",
                    "INDEX",
                    "ALTER",
                    "CREATE TEMPORARY TABLES",
                    "LOCK TABLES",
                    "EXECUTE",
                    "CREATE VIEW",
                    "SHOW VIEW",
                    "CREATE ROUTINE",
                    "ALTER ROUTINE",
                    "EVENT",
                    "TRIGGER",
                    "DELETE HISTORY",
                    "DELETE VERSIONING ROWS",
                    "SHOW CREATE ROUTINE");

    private final List<Token> tokens;
    private int at;

    private GrantParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /// Parses one statement.
    ///
    /// @param line one statement, with or without its end mark
    /// @throws IllegalArgumentException if it is no grant of known privileges to one user; the
    ///   message tells why, without any hash
    static GrantStatement parse(String line) {
        return new GrantParser(GrantTokens.of(line)).statement();
    }

    private GrantStatement statement() {
        expect("GRANT");
        if (peek("PROXY")) {
            throw new IllegalArgumentException("PROXY");
        }
        List<Grant.Privilege> privileges = new ArrayList<>();
        do {
            privileges.add(privilege());
        } while (takeSymbol(','));
        if (!take("ON")) {
            throw new IllegalArgumentException("a role");
        }
        Optional<Grant.Scope> scope = scope();
        expect("TO");
        String user = name();
        String host = takeSymbol('@') ? name() : "%";
        Optional<String> plugin = Optional.empty();
        Optional<String> hash = Optional.empty();
        if (take("IDENTIFIED")) {
            if (take("BY")) {
                if (!take("PASSWORD")) {
                    throw new IllegalArgumentException("a password in clear text");
                }
                hash = Optional.of(name());
            } else if (take("VIA") || take("WITH")) {
                plugin = Optional.of(name());
                hash = take("USING") || take("AS") ? Optional.of(name()) : Optional.empty();
            }
        }
        boolean option = withGrantOption();
        List<Grant> grants = grants(privileges, scope);
        return new GrantStatement(user, host, grants, plugin, hash, option);
    }

    private static List<Grant> grants(
            List<Grant.Privilege> privileges, Optional<Grant.Scope> scope) {
        List<Grant.Privilege> kept =
                privileges.stream().filter(each -> !each.name().equals("USAGE")).toList();
        if (kept.isEmpty()) {
            return List.of();
        }
        if (scope.isEmpty()) {
            Set<String> names = new TreeSet<>();
            kept.forEach(each -> names.add(each.name()));
            throw new IllegalArgumentException(String.join(", ", names) + " on all databases");
        }
        for (Grant.Privilege privilege : kept) {
            if (!PRIVILEGES.contains(privilege.name())) {
                throw new IllegalArgumentException("privilege " + privilege.name());
            }
        }
        return List.of(new Grant(kept, scope.get()));
    }

    private Grant.Privilege privilege() {
        StringBuilder words = new StringBuilder();
        while (at < tokens.size()
                && tokens.get(at).kind() == Token.Kind.WORD
                && !peek("ON")
                && !peek("TO")) {
            words.append(words.isEmpty() ? "" : " ").append(tokens.get(at++).upper());
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a role");
        }
        List<String> columns = new ArrayList<>();
        if (takeSymbol('(')) {
            do {
                columns.add(name());
            } while (takeSymbol(','));
            expectSymbol(')');
        }
        String name = words.toString();
        return new Grant.Privilege(name.equals("ALL") ? "ALL PRIVILEGES" : name, columns);
    }

    /// Empty for all databases.
    private Optional<Grant.Scope> scope() {
        String kind = "";
        if (peek("FUNCTION") || peek("PROCEDURE") || peek("PACKAGE")) {
            kind = tokens.get(at++).upper();
            if (kind.equals("PACKAGE")) {
                throw new IllegalArgumentException("a privilege on a package");
            }
        } else {
            take("TABLE");
        }
        if (takeSymbol('*')) {
            if (takeSymbol('.')) {
                expectSymbol('*');
            }
            return Optional.empty();
        }
        String database = name();
        expectSymbol('.');
        if (takeSymbol('*')) {
            return Optional.of(new Grant.Databases(database));
        }
        String local = name();
        return Optional.of(
                kind.isEmpty()
                        ? new Grant.Table(database, local)
                        : new Grant.Routine(kind, database, local));
    }

    private boolean withGrantOption() {
        boolean found = false;
        while (at < tokens.size()) {
            if (peek("GRANT") && at + 1 < tokens.size() && tokens.get(at + 1).isWord("OPTION")) {
                found = true;
            }
            at++;
        }
        return found;
    }

    private String name() {
        if (at == tokens.size() || tokens.get(at).kind() == Token.Kind.SYMBOL) {
            throw new IllegalArgumentException("an incomplete statement");
        }
        return tokens.get(at++).text();
    }

    private boolean peek(String word) {
        return at < tokens.size() && tokens.get(at).isWord(word);
    }

    private boolean take(String word) {
        if (peek(word)) {
            at++;
            return true;
        }
        return false;
    }

    private boolean takeSymbol(char symbol) {
        if (at < tokens.size() && tokens.get(at).isSymbol(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String word) {
        if (!take(word)) {
            throw new IllegalArgumentException(
                    "a statement without " + word.toUpperCase(Locale.ROOT));
        }
    }

    private void expectSymbol(char symbol) {
        if (!takeSymbol(symbol)) {
            throw new IllegalArgumentException("a statement without " + symbol);
        }
    }
}
