package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.DocumentRoot;
import dev.packhorse.engine.host.DomainViewReader;
import dev.packhorse.engine.host.FoundDomains;
import dev.packhorse.engine.host.HostFormatException;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.SortedMap;

/// What an archive says of its account. Nothing in it was checked against this server.
///
/// @param name the name under which it was packed
/// @param home the home it had there, absolute
/// @param settings the pairs of the account file
/// @param domains the domains, with what the views disagree about
public record ArchivedAccount(
        AccountName name, String home, SortedMap<String, String> settings, FoundDomains domains) {

    /// Reads it.
    ///
    /// @throws ComponentException if the account file is absent or damaged, or no main domain is
    ///   named
    /// @throws IOException if the archive cannot be read
    public static ArchivedAccount read(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        AccountName name = context.facts().account();
        String path = "cp/" + name;
        String text =
                source.text(path)
                        .orElseThrow(
                                () -> new ComponentException("the archive has no member " + path));
        String home = home(source, name);
        try {
            return new ArchivedAccount(
                    name,
                    home,
                    AccountFile.parse(path, text),
                    DomainViewReader.read(source::text, name, home));
        } catch (HostFormatException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    /// The home where the archive was made; the usual one if the archive does not tell.
    public static String home(ArchiveSource source, AccountName name) throws IOException {
        return source.text("homedir_paths")
                .flatMap(text -> text.lines().findFirst())
                .map(String::strip)
                .filter(DocumentRoot::isValid)
                .orElse("/home/" + name);
    }

    /// Whether it was suspended there.
    public boolean isSuspended(ArchiveSource source) throws IOException {
        return "1".equals(settings.get("SUSPENDED"))
                || source.file("suspended/" + name).isPresent();
    }

    /// A path below the old home as it is below another one; other paths stay.
    public String moved(String path, String newHome) {
        return path.equals(home) || path.startsWith(home + "/")
                ? newHome + path.substring(home.length())
                : path;
    }

    /// For texts that name paths below the old home.
    public HomeMove moveTo(String newHome) {
        return new HomeMove(home, newHome);
    }
}
