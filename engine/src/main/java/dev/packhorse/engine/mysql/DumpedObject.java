package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// A view, trigger, routine or event of a dump, apart from its definer: the definer is decided by
/// whoever creates it. Its statement is put together from checked parts, so that whatever the body
/// says, it can only be the creation of one object.
///
/// @param kind its kind
/// @param name its name
/// @param line where it stands in the dump
/// @param options what stood between `CREATE` and the kind, without the definer
/// @param definer who owned it, empty if the dump does not say
/// @param body what follows the kind, in the bytes of the dump
/// @param context the session in which it was stored
record DumpedObject(
        Kind kind,
        String name,
        long line,
        Options options,
        Optional<Definer> definer,
        ByteString body,
        Context context) {
    enum Kind {
        VIEW,
        TRIGGER,
        PROCEDURE,
        FUNCTION,
        EVENT,
        PACKAGE,
        PACKAGE_BODY;

        String sql() {
            return name().replace('_', ' ');
        }
    }

    /// What stands between `CREATE` and the kind.
    ///
    /// @param algorithm of a view, empty for the default
    /// @param security `DEFINER`, `INVOKER` or empty
    /// @param aggregate an aggregate function
    record Options(String algorithm, String security, boolean aggregate) {}

    /// A database user as the owner of an object.
    record Definer(String user, String host) {
        @Override
        public String toString() {
            return user + "@" + host;
        }
    }

    /// The session variables that are stored with an object.
    ///
    /// @param charset `character_set_client`
    /// @param collation `collation_connection`, empty for the character set's default
    record Context(String sqlMode, String charset, String collation, String timeZone) {}

    /// The name for messages and reports.
    String title() {
        return kind.sql().toLowerCase(Locale.ROOT) + " " + name;
    }

    /// The statement that creates it.
    String sql(Definer owner) {
        StringBuilder sql = new StringBuilder("CREATE ");
        if (kind == Kind.VIEW) {
            sql.append("OR REPLACE ");
        }
        if (!options.algorithm().isEmpty()) {
            sql.append("ALGORITHM=").append(options.algorithm()).append(' ');
        }
        sql.append("DEFINER=")
                .append(SqlText.name(owner.user()))
                .append('@')
                .append(SqlText.name(owner.host()))
                .append(' ');
        if (!options.security().isEmpty()) {
            sql.append("SQL SECURITY ").append(options.security()).append(' ');
        }
        if (options.aggregate()) {
            sql.append("AGGREGATE ");
        }
        return sql.append(kind.sql()).append(' ').append(text().strip()).toString();
    }

    /// Whether the statement can be sent in the character set it was stored in: the connection
    /// speaks UTF-8, which is the same for text in ASCII.
    boolean keepsCharset() {
        return isUtf8() || isAscii();
    }

    private boolean isUtf8() {
        return context.charset().startsWith("utf8");
    }

    private boolean isAscii() {
        for (int i = 0; i < body.length(); i++) {
            if (body.at(i) < 0) {
                return false;
            }
        }
        return true;
    }

    private String text() {
        byte[] bytes = body.toBytes();
        if (isUtf8()) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                // Damaged on the source already; the server would store it replaced, too.
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
        return new String(bytes, javaCharset(context.charset()));
    }

    /// Source: MySQL's manual, "Supported Character Sets".
    private static Charset javaCharset(String mysqlName) {
        String name =
                switch (mysqlName) {
                    case "latin1" -> "windows-1252";
                    case "latin2" -> "ISO-8859-2";
                    case "latin5" -> "ISO-8859-9";
                    case "latin7" -> "ISO-8859-13";
                    case "greek" -> "ISO-8859-7";
                    case "hebrew" -> "ISO-8859-8";
                    case "koi8r" -> "KOI8-R";
                    case "koi8u" -> "KOI8-U";
                    case "cp1250", "cp1251", "cp1256", "cp1257" ->
                            "windows-" + mysqlName.substring(2);
                    case "cp850", "cp852", "cp866" -> "IBM" + mysqlName.substring(2);
                    case "ujis", "eucjpms" -> "EUC-JP";
                    case "euckr" -> "EUC-KR";
                    case "tis620" -> "TIS-620";
                    default -> "ISO-8859-1";
                };
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }
}
