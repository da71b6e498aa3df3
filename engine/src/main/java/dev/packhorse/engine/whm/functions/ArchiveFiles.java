package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Archives that an administrator put on this server by hand: files or folders of root's, below a
/// few folders, that nobody else could have changed or put there. An archive is one file, a folder
/// with its members, or a folder with the parts of a split one.
///
/// Source: cpmove-format 1.1; functions.json `list_cparchive_files`.
public final class ArchiveFiles {
    /// Where cPanel's own tools look.
    public static final List<String> USUAL_FOLDERS =
            List.of("/home", "/home2", "/home3", "/root", "/usr", "/usr/home", "/web");

    private static final Pattern NAME =
            Pattern.compile(
                    "(?:cpmove-|backup-\\d{1,2}\\.\\d{1,2}\\.\\d{4}_\\d{2}-\\d{2}-\\d{2}_)?"
                            + "([a-z][a-z0-9_-]{0,31})\\.tar(?:\\.gz)?(?:\\.part\\d{1,9})?");

    /// A folder of another name, as `USER` alone, could be anything: it must be asked for.
    private static final Pattern LISTED_FOLDER =
            Pattern.compile("(?:cpmove-|backup-\\d{1,2}\\.).*");

    private static final Pattern FOLDER_NAME =
            Pattern.compile(
                    "(?:cpmove-|backup-\\d{1,2}\\.\\d{1,2}\\.\\d{4}_\\d{2}-\\d{2}-\\d{2}_)?"
                            + "([a-z][a-z0-9_-]{0,31}?)(?:-split)?");

    private final TrustedPath trusted;
    private final List<String> folders;

    /// The archives of one host.
    ///
    /// @param folders the folders below which archives may lie, absolute as the host sees them
    public ArchiveFiles(HostRoot root, List<String> folders) {
        this.trusted = new TrustedPath(root.folder());
        this.folders = List.copyOf(folders);
    }

    /// The folders below which archives may lie.
    List<String> folders() {
        return folders;
    }

    /// One archive.
    ///
    /// @param folder its folder as the host sees it
    /// @param file its name
    /// @param user the account that its name tells
    public record Found(String folder, String file, String user) {}

    /// What the folders hold.
    ///
    /// @param found the archives, by folder and name
    /// @param problems a sentence for each folder that was left out
    public record Listing(List<Found> found, List<String> problems) {
        public Listing {
            found = List.copyOf(found);
            problems = List.copyOf(problems);
        }
    }

    /// The archives directly in the folders. A folder that is not there has none; one that others
    /// could put files into is left out.
    ///
    /// @throws IOException if a folder cannot be read
    public Listing list() throws IOException {
        List<Found> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String folder : folders) {
            try {
                found.addAll(listFolder(folder));
            } catch (UntrustedPathException e) {
                problems.add("folder left out: " + e.getMessage());
            }
        }
        return new Listing(found, problems);
    }

    /// Where an archive lies on this system. A caller opens it without following links.
    ///
    /// @throws UntrustedPathException if it lies elsewhere, is no regular file or folder, or
    ///   somebody besides root can change it or the way to it
    /// @throws NoSuchFileException if there is none
    /// @throws IOException if it cannot be looked at
    public Path require(String hostPath) throws IOException {
        if (folders.stream().noneMatch(folder -> hostPath.startsWith(folder + "/"))) {
            throw new UntrustedPathException(
                    "archives may lie below " + String.join(", ", folders) + " only");
        }
        return trusted.fileOrFolder(hostPath);
    }

    /// The account that an archive's name tells, empty if the name has another form.
    public static Optional<AccountName> user(String hostPath) {
        String file = hostPath.substring(hostPath.lastIndexOf('/') + 1);
        Matcher asFile = NAME.matcher(file);
        Matcher matcher = asFile.matches() ? asFile : FOLDER_NAME.matcher(file);
        return matcher.matches() && AccountName.isValid(matcher.group(1))
                ? Optional.of(new AccountName(matcher.group(1)))
                : Optional.empty();
    }

    /// Of a split archive only its folder, or its first part, is listed.
    private static boolean isListed(Path entry, String file) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            return LISTED_FOLDER.matcher(file).matches();
        }
        boolean laterPart = file.matches(".*\\.part0*(?:[2-9]|[1-9]\\d+)");
        return !laterPart
                && NAME.matcher(file).matches()
                && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
    }

    private List<Found> listFolder(String folder) throws IOException {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(trusted.folder(folder))) {
            for (Path entry : entries) {
                String file = String.valueOf(entry.getFileName());
                Optional<AccountName> user = user(file);
                if (user.isPresent() && isListed(entry, file)) {
                    found.add(new Found(folder, file, user.get().value()));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        }
        found.sort(Comparator.comparing(Found::file));
        return found;
    }
}
