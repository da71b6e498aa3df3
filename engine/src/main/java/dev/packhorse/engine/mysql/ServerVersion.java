package dev.packhorse.engine.mysql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which server, client or dump program it is.
///
/// @param mariaDb MariaDB, otherwise MySQL or a descendant of it
/// @param number major * 10,000 + minor * 100 + patch: 101119 for 10.11.19
/// @param text as the program tells it
public record ServerVersion(boolean mariaDb, int number, String text) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)(?:-MariaDB)?");
    private static final Pattern MARIADB_NUMBERS =
            Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)-MariaDB");

    /// Reads the answer of `SELECT VERSION()` or of a program's `--version`.
    ///
    /// @throws IllegalArgumentException if there is no version in it
    public static ServerVersion parse(String text) {
        // Old MariaDB servers put 5.5.5- in front for replicas' sake; programs tell their own
        // version before the distribution's.
        Matcher mariaDb = MARIADB_NUMBERS.matcher(text);
        if (mariaDb.find()) {
            return new ServerVersion(true, number(mariaDb), text.strip());
        }
        Matcher plain = NUMBERS.matcher(text);
        if (!plain.find()) {
            throw new IllegalArgumentException("no version number in: " + text);
        }
        return new ServerVersion(text.contains("MariaDB"), number(plain), text.strip());
    }

    private static int number(Matcher matcher) {
        return Integer.parseInt(matcher.group(1)) * 10_000
                + Integer.parseInt(matcher.group(2)) * 100
                + Integer.parseInt(matcher.group(3));
    }

    /// Whether it is this version or a later one.
    public boolean isAtLeast(int major, int minor, int patch) {
        return number >= major * 10_000 + minor * 100 + patch;
    }

    /// Whether this server executes the content of a conditional comment.
    ///
    /// Source: MariaDB's manual on comment syntax: from 10.0 on it skips the versions of MySQL 5.7
    /// to 9.x, and only it reads `/*M!`.
    ///
    /// @param mariaDbOnly `/*M!`, otherwise `/*!`
    /// @param version the number in the comment, 0 if there is none
    boolean executes(boolean mariaDbOnly, int version) {
        if (mariaDbOnly && !mariaDb) {
            return false;
        }
        if (mariaDb && !mariaDbOnly && version >= 50_700 && version <= 99_999) {
            return false;
        }
        return version <= number;
    }

    /// Whether the command-line client of this version knows the sandbox line.
    ///
    /// Source: release notes of MariaDB of May 2024.
    boolean clientHasSandbox() {
        if (!mariaDb) {
            return false;
        }
        return switch (number / 100) {
            case 1005 -> number >= 100_525;
            case 1006 -> number >= 100_618;
            case 1011 -> number >= 101_108;
            case 1100 -> number >= 110_006;
            case 1101 -> number >= 110_105;
            case 1102 -> number >= 110_204;
            case 1104 -> number >= 110_402;
            default -> number >= 110_500;
        };
    }
}
