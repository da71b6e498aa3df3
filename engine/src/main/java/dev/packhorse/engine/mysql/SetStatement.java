package dev.packhorse.engine.mysql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a `SET` statement, applies it to the [SessionState], and writes it anew: one statement an
/// assignment, plain values only. Variables that are not needed to load tables are refused.
final class SetStatement {
    private static final Pattern PLAIN_VALUE = Pattern.compile("[A-Za-z0-9_+:/., -]{0,400}");
    private static final Set<String> ALLOWED =
            Set.of(
                    "autocommit",
                    "character_set_connection",
                    "check_constraint_checks",
                    "default_storage_engine",
                    "default_tmp_storage_engine",
                    "explicit_defaults_for_timestamp",
                    "foreign_key_checks",
                    "innodb_strict_mode",
                    "net_read_timeout",
                    "net_write_timeout",
                    "note_verbosity",
                    "sql_auto_is_null",
                    "sql_notes",
                    "sql_quote_show_create",
                    "sql_safe_updates",
                    "storage_engine",
                    "system_versioning_alter_history",
                    "system_versioning_insert_history",
                    "unique_checks");

    /// Matter to replication or to the dumping session only, and need rights that a load lacks.
    private static final Set<String> DROPPED =
            Set.of(
                    "gtid_purged",
                    "information_schema_stats_expiry",
                    "max_statement_time",
                    "sql_generate_invisible_primary_key",
                    "sql_log_bin",
                    "sql_require_primary_key");

    /// In these a byte of a character may look like a backslash or a quote.
    private static final Set<String> UNSAFE_CHARSETS =
            Set.of(
                    "big5", "cp932", "gbk", "gb18030", "gb2312", "sjis", "ucs2", "utf16", "utf16le",
                    "utf32");

    private final List<Token> tokens;
    private final SessionState session;
    private final Collations collations;
    private final StringBuilder out = new StringBuilder();
    private int at = 1;

    /// @param tokens of the statement, its word `SET` the first
    SetStatement(List<Token> tokens, SessionState session, Collations collations) {
        this.tokens = tokens;
        this.session = session;
        this.collations = collations;
    }

    /// Reads and applies the statement.
    ///
    /// @return the statements to run instead, each ended by `;` and a line feed
    byte[] apply() throws MysqlDumpRefused {
        do {
            assignment();
        } while (take(','));
        if (at < tokens.size()) {
            throw refused("an unusual SET statement");
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void assignment() throws MysqlDumpRefused {
        Token first = token();
        if (first.isWord("NAMES")) {
            names(plain(value()));
        } else if (first.isWord("CHARACTER") || first.isWord("CHARSET")) {
            if (first.isWord("CHARACTER") && !token().isWord("SET")) {
                throw refused("an unusual SET statement");
            }
            names(plain(value()));
        } else if (first.isSymbol('@') && !peek('@')) {
            userVariable(token());
        } else {
            systemVariable(first);
        }
    }

    private void names(String charset) throws MysqlDumpRefused {
        String known = charset(charset);
        session.assign("character_set_client", known);
        session.assign("character_set_results", known);
        String collation = "";
        if (at < tokens.size() && tokens.get(at).isWord("COLLATE")) {
            at++;
            collation = collations.map(plain(value()));
        }
        session.assign("collation_connection", collation);
        out.append("SET NAMES ").append(known);
        if (!collation.isEmpty()) {
            out.append(" COLLATE ").append(collation);
        }
        out.append(";\n");
    }

    private void userVariable(Token name) throws MysqlDumpRefused {
        equalsSign();
        Value value = value();
        session.keep(name.text(), value.known());
        if (!name.text().matches("[A-Za-z0-9_$]{1,64}")) {
            throw refused("an unusual user variable");
        }
        out.append("SET @").append(name.text()).append(" = ").append(value.sql()).append(";\n");
    }

    private void systemVariable(Token first) throws MysqlDumpRefused {
        Token name = first;
        boolean global = false;
        if (first.isSymbol('@')) {
            token();
            name = token();
            if (isScope(name) && take('.')) {
                global = !isSessionScope(name);
                name = token();
            }
        } else if (isScope(first)) {
            global = !isSessionScope(first);
            name = token();
        }
        String variable = name.text().toLowerCase(Locale.ROOT);
        if (DROPPED.contains(variable)) {
            skipValue();
            return;
        }
        boolean allowed = ALLOWED.contains(variable) || session.isTracked(variable);
        if (global || !allowed || !name.isName()) {
            throw refused("SET " + (global ? "GLOBAL " : "") + printable(name.text()));
        }
        equalsSign();
        assign(variable, value());
    }

    private void assign(String variable, Value value) throws MysqlDumpRefused {
        if (!session.isTracked(variable)) {
            out.append("SET SESSION ").append(variable).append(" = ").append(value.sql());
            out.append(";\n");
            return;
        }
        String known = plain(value);
        switch (variable) {
            case "character_set_client" -> known = charset(known);
            case "collation_connection" -> known = collations.map(known);
            default -> {
                // The others are texts that mean the same everywhere.
            }
        }
        session.assign(variable, known);
        boolean forObjectsOnly =
                variable.equals("sql_mode")
                        && (session.noBackslashEscapes() || session.ansiQuotes());
        if (!forObjectsOnly && !(variable.equals("collation_connection") && known.isEmpty())) {
            out.append("SET SESSION ").append(variable).append(" = ");
            out.append('\'').append(session.value(variable)).append("';\n");
        }
    }

    /// A value that is known now: a literal, or a variable whose value is known.
    private String plain(Value value) throws MysqlDumpRefused {
        String known = value.known().orElse(null);
        if (known == null) {
            throw refused("a SET whose value cannot be told from the dump");
        }
        return known;
    }

    private String charset(String name) throws MysqlDumpRefused {
        String lower = name.toLowerCase(Locale.ROOT);
        if (UNSAFE_CHARSETS.contains(lower)) {
            throw refused("statements in the character set " + lower);
        }
        return lower.equals("default") || lower.isEmpty() ? "utf8mb4" : lower;
    }

    /// A value as far as it is known, and as it is written.
    private record Value(Optional<String> known, String sql) {}

    private Value value() throws MysqlDumpRefused {
        Token token = token();
        if (token.kind() == Token.Kind.STRING) {
            if (!PLAIN_VALUE.matcher(token.text()).matches()) {
                throw refused("a SET with an unusual text");
            }
            return new Value(Optional.of(token.text()), "'" + token.text() + "'");
        }
        if (token.isSymbol('-')) {
            String number = token().text();
            return new Value(Optional.of("-" + number), "-" + digits(number));
        }
        if (token.isSymbol('@')) {
            return variable();
        }
        if (token.kind() == Token.Kind.WORD && token.text().matches("[A-Za-z0-9_]{1,64}")) {
            Optional<String> known =
                    token.isWord("NULL") ? Optional.of("") : Optional.of(token.text());
            return new Value(known, token.text());
        }
        throw refused("an unusual SET statement");
    }

    private Value variable() throws MysqlDumpRefused {
        boolean system = take('@');
        Token name = token();
        if (system && isScope(name) && take('.')) {
            name = token();
        }
        if (!name.text().matches("[A-Za-z0-9_$]{1,64}")) {
            throw refused("an unusual variable");
        }
        String lower = name.text().toLowerCase(Locale.ROOT);
        if (!system) {
            return new Value(session.kept(lower), "@" + name.text());
        }
        Optional<String> known =
                session.isTracked(lower) ? Optional.of(session.value(lower)) : Optional.empty();
        return new Value(known, "@@" + name.text());
    }

    private String digits(String text) throws MysqlDumpRefused {
        if (!text.matches("\\d{1,20}")) {
            throw refused("an unusual SET statement");
        }
        return text;
    }

    private void skipValue() {
        int depth = 0;
        while (at < tokens.size()) {
            Token next = tokens.get(at);
            if (next.isSymbol(',') && depth == 0) {
                return;
            }
            if (next.isSymbol('(')) {
                depth++;
            } else if (next.isSymbol(')')) {
                depth--;
            }
            at++;
        }
    }

    private void equalsSign() throws MysqlDumpRefused {
        take(':');
        if (!take('=')) {
            throw refused("SET without =");
        }
    }

    private static boolean isScope(Token token) {
        return isSessionScope(token)
                || token.isWord("GLOBAL")
                || token.isWord("PERSIST")
                || token.isWord("PERSIST_ONLY");
    }

    private static boolean isSessionScope(Token token) {
        return token.isWord("SESSION") || token.isWord("LOCAL");
    }

    private Token token() throws MysqlDumpRefused {
        if (at == tokens.size()) {
            throw refused("an incomplete SET statement");
        }
        return tokens.get(at++);
    }

    private boolean peek(char symbol) {
        return at < tokens.size() && tokens.get(at).isSymbol(symbol);
    }

    private boolean take(char symbol) {
        if (peek(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    private MysqlDumpRefused refused(String what) {
        return new MysqlDumpRefused(tokens.getFirst().line(), what);
    }

    private static String printable(String text) {
        return text.replaceAll("[^A-Za-z0-9_$]", "?");
    }
}
