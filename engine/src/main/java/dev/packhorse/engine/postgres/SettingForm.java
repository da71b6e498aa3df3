package dev.packhorse.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How settings of databases are written: by servers in their catalog, and by us as statements.
final class SettingForm {
    private static final int MOST_CHARACTERS = 8192;

    /// Beyond which no setting is asked for.
    static final int MOST_BYTES = MOST_CHARACTERS;

    private static final String NAME = "\"((?:[^\"]|\"\"){1,63})\"";
    private static final Pattern OF_DATABASE =
            Pattern.compile("ALTER DATABASE " + NAME + " SET \"([^\"]{1,127})\" TO ");
    private static final Pattern OF_ROLE =
            Pattern.compile(
                    "ALTER ROLE " + NAME + " IN DATABASE " + NAME + " SET \"([^\"]{1,127})\" TO ");
    private static final Pattern PARAMETER =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}(?:\\.[A-Za-z_][A-Za-z0-9_$]{0,62})?");

    /// The server keeps these as lists of names that are quoted already; as one value the whole
    /// list would be one name. Extensions cannot add such.
    ///
    /// Source: PostgreSQL, `variable_is_guc_list_quote` of `pg_dump`.
    private static final Set<String> LISTS =
            Set.of(
                    "local_preload_libraries",
                    "search_path",
                    "session_preload_libraries",
                    "shared_preload_libraries",
                    "temp_tablespaces",
                    "unix_socket_directories");

    private SettingForm() {}

    /// Whether a parameter may come out of an archive: none that loads code, changes who somebody
    /// is, or hides from the server's log what is done. What else only an administrator may set the
    /// server refuses by itself, since a customer's role sets it.
    static boolean mayBeArchived(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        return PARAMETER.matcher(parameter).matches()
                && !name.endsWith("_preload_libraries")
                && !name.equals("role")
                && !name.equals("session_authorization")
                && !name.startsWith("log_");
    }

    /// A setting out of the server's catalog.
    ///
    /// @param kept the parameter's name, `=`, and its value
    /// @return empty for one that no statement of ours can hold
    static Optional<DatabaseRule.Setting> ofCatalog(String database, String role, String kept) {
        int end = kept.indexOf('=');
        boolean odd = (role + kept).chars().anyMatch(c -> c < ' ' || c == 0x7f);
        if (end <= 0 || odd || kept.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        String parameter = kept.substring(0, end);
        String value = kept.substring(end + 1);
        List<String> values =
                LISTS.contains(parameter.toLowerCase(Locale.ROOT)) ? items(value) : List.of(value);
        return PARAMETER.matcher(parameter).matches()
                ? Optional.of(new DatabaseRule.Setting(database, role, parameter, values))
                : Optional.empty();
    }

    /// The names of a list, as `"$user", public`.
    private static List<String> items(String list) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '"' && quoted && i + 1 < list.length() && list.charAt(i + 1) == '"') {
                item.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                items.add(item.toString());
                item.setLength(0);
            } else if (c != ' ' || quoted) {
                item.append(c);
            }
        }
        items.add(item.toString());
        return items;
    }

    /// Reads a statement of ours; empty if it is none.
    static Optional<DatabaseRule.Setting> parse(String statement) {
        if (statement.length() > MOST_CHARACTERS * 2) {
            return Optional.empty();
        }
        Matcher database = OF_DATABASE.matcher(statement);
        if (database.lookingAt()) {
            return values(statement.substring(database.end()))
                    .map(values ->
                            new DatabaseRule.Setting(
                                    name(database, 1), "", database.group(2), values));
        }
        Matcher role = OF_ROLE.matcher(statement);
        return role.lookingAt()
                ? values(statement.substring(role.end()))
                        .map(values ->
                                new DatabaseRule.Setting(
                                        name(role, 2), name(role, 1), role.group(3), values))
                : Optional.empty();
    }

    private static String name(Matcher form, int group) {
        return form.group(group).replace("\"\"", "\"");
    }

    /// String literals with commas between them and a semicolon behind them.
    private static Optional<List<String>> values(String text) {
        List<String> values = new ArrayList<>();
        int at = 0;
        while (at < text.length() && text.charAt(at) == '\'') {
            StringBuilder value = new StringBuilder();
            at++;
            boolean ends = false;
            while (!ends && at < text.length()) {
                char c = text.charAt(at++);
                boolean doubled = c == '\'' && at < text.length() && text.charAt(at) == '\'';
                if (c != '\'' || doubled) {
                    value.append(c);
                    at += doubled ? 1 : 0;
                } else {
                    ends = true;
                }
            }
            if (!ends || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                return Optional.empty();
            }
            values.add(value.toString());
            if (text.startsWith(";", at)) {
                return at + 1 == text.length() ? Optional.of(values) : Optional.empty();
            }
            if (!text.startsWith(", ", at)) {
                return Optional.empty();
            }
            at += 2;
        }
        return Optional.empty();
    }
}
