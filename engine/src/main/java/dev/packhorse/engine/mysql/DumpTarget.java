package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The oldest server that must be able to take a dump, and what of a database it could not take.
/// Dumps are made for the server they come from; its programs cannot write for an older one. What
/// comes in comments for certain versions is passed over by older servers, so only what stands in
/// the statements themselves counts here.
///
/// @param mariaDb MariaDB, otherwise MySQL
/// @param number as in [ServerVersion]
public record DumpTarget(boolean mariaDb, int number) {
    private static final Pattern VERSION =
            Pattern.compile("([0-9]{1,2})\\.([0-9]{1,2})(?:\\.([0-9]{1,3}))?");
    private static final int FIRST_MARIADB = 10;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int MOST = 5;

    /// Reads `5.7`, `8.0`, `10.11.2`. MariaDB's numbers begin with 10, MySQL's are lower.
    ///
    /// @throws IllegalArgumentException if the text is no version
    public static DumpTarget parse(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a version of a database server: " + text);
        }
        int major = Integer.parseInt(matcher.group(1));
        // without a third number every release of the line counts: the last one has most
        int patch = matcher.group(3) == null ? 99 : Integer.parseInt(matcher.group(3));
        return new DumpTarget(
                major >= FIRST_MARIADB,
                major * 10_000 + Integer.parseInt(matcher.group(2)) * 100 + Math.min(patch, 99));
    }

    /// Whether a server of this version takes what the given one dumps, whatever it is.
    boolean takesAllOf(ServerVersion server) {
        return server.mariaDb() == mariaDb && number >= server.number();
    }

    /// What a database holds that this version does not know, a sentence each, at most a few.
    List<String> objections(MysqlSession session, String database) throws MysqlException {
        List<String> found = new ArrayList<>();
        String what = "cannot look at database " + database;
        for (List<String> table :
                session.query(
                        what,
                        "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION FROM"
                                + " information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY"
                                + " TABLE_NAME",
                        database)) {
            String name = "table " + table.get(0);
            kind(name, table.get(1), found);
            engine(name, table.get(2), found);
            collation(name, table.get(3), found);
        }
        for (List<String> column :
                session.query(
                        what,
                        "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, EXTRA, COLLATION_NAME,"
                                + " DATETIME_PRECISION FROM information_schema.COLUMNS WHERE"
                                + " TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION",
                        database)) {
            String name = "column " + column.get(0) + "." + column.get(1);
            type(name, column.get(2), found);
            extra(name, column.get(3), found);
            collation(name, column.get(4), found);
            if (!column.get(5).isEmpty() && !column.get(5).equals("0")) {
                need(name + " has fractions of seconds", 50_604, 100_000, found);
            }
        }
        return found.stream().distinct().limit(MOST).toList();
    }

    private void kind(String name, String kind, List<String> found) {
        switch (kind.toUpperCase(Locale.ROOT)) {
            case "SEQUENCE" -> need(name + " is a sequence", NEVER, 100_300, found);
            case "SYSTEM VERSIONED" -> need(name + " keeps versions", NEVER, 100_300, found);
            default -> {}
        }
    }

    private void engine(String name, String engine, List<String> found) {
        if (engine.equalsIgnoreCase("Aria")) {
            need(name + " is stored by Aria", NEVER, 100_000, found);
        }
    }

    private void type(String name, String type, List<String> found) {
        String text = name + " has the type " + type;
        switch (type.toLowerCase(Locale.ROOT)) {
            case "json" -> need(text, 50_708, 100_207, found);
            case "inet6" -> need(text, NEVER, 100_500, found);
            case "uuid" -> need(text, NEVER, 100_700, found);
            case "inet4" -> need(text, NEVER, 101_000, found);
            default -> {}
        }
    }

    private void extra(String name, String extra, List<String> found) {
        String upper = extra.toUpperCase(Locale.ROOT);
        if (upper.contains("VIRTUAL GENERATED") || upper.contains("STORED GENERATED")) {
            need(name + " is computed", 50_706, 100_201, found);
        }
        if (upper.contains("INVISIBLE")) {
            need(name + " is invisible", 80_023, 100_303, found);
        }
    }

    private void collation(String name, String collation, List<String> found) {
        String text = name + " has the collation " + collation;
        if (collation.contains("uca1400_")) {
            need(text, NEVER, 101_001, found);
        } else if (collation.contains("_0900_")) {
            need(text, 80_001, 110_405, found);
        } else if (collation.startsWith("utf8mb4_")) {
            need(text, 50_503, 50_503, found);
        }
    }

    private void need(String what, int mysqlSince, int mariaDbSince, List<String> found) {
        int since = mariaDb ? mariaDbSince : mysqlSince;
        if (number < since) {
            String family = mariaDb ? "MariaDB" : "MySQL";
            found.add(
                    since == NEVER
                            ? what + ", which no " + family + " knows"
                            : "%s, which %s knows from %d.%d.%d on"
                                    .formatted(
                                            what,
                                            family,
                                            since / 10_000,
                                            since / 100 % 100,
                                            since % 100));
        }
    }
}
