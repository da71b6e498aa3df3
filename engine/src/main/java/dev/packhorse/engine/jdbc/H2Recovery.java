package dev.packhorse.engine.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/// What an administrator types when an embedded store cannot be used any more: commands for a
/// shell, with the paths of this server.
public final class H2Recovery {
    /// The name, beside the store, of the file that notes how new the store was.
    public static final String MARK = "packhorse.mark";

    private H2Recovery() {}

    /// Puts the store aside and the newest copy of it in its place, or where there is none says how
    /// to go on without. No line but the commands begins with blanks.
    ///
    /// @param settings of an embedded store
    /// @throws StoreException if they are not
    public static String advice(StoreSettings settings) throws StoreException {
        return advice(H2Address.parse(settings.url()).file(), settings.user());
    }

    static String advice(Path file, String user) {
        Path whole = file.toAbsolutePath();
        Path copy = whole.resolveSibling(StoreCopy.FILE_NAME);
        String aside =
                "mv %s %s && rm -f %s"
                        .formatted(
                                quoted(file),
                                quoted(file + ".bad"),
                                quoted(whole.resolveSibling(MARK)));
        if (!Files.isRegularFile(copy)) {
            return """
            There is no copy of it. To begin with an empty store:
                %s
            then start the daemon, and take up what is stored by `whmapi1 packhorse_catalog_rebuild` and, for each destination, `packhorse destination adopt NAME`.\
            """
                    .formatted(aside);
        }
        return """
        To put the newest copy, which is at most an hour older, in its place:
            %s && %s -cp %s org.h2.tools.RunScript -url %s -user %s -script %s -options compression gzip
        then start the daemon, and take up what was stored since by `whmapi1 packhorse_catalog_rebuild` and, for each destination, `packhorse destination adopt NAME`.\
        """
                .formatted(
                        aside,
                        quoted(Path.of(System.getProperty("java.home"), "bin", "java")),
                        quoted(library()),
                        quoted("jdbc:h2:file:" + withoutSuffix(file)),
                        quoted(user),
                        quoted(copy));
    }

    private static String withoutSuffix(Path file) {
        String name = file.toAbsolutePath().toString();
        return name.substring(0, name.length() - ".mv.db".length());
    }

    private static String library() {
        return Optional.ofNullable(org.h2.Driver.class.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(location -> location.getPath())
                .orElse("h2.jar");
    }

    private static String quoted(Object text) {
        return "'" + text.toString().replace("'", "'\\''") + "'";
    }
}
