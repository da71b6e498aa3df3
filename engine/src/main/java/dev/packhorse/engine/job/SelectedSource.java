package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveEntry.Folder;
import dev.packhorse.engine.archive.ArchiveEntry.HardLink;
import dev.packhorse.engine.archive.ArchiveEntry.RegularFile;
import dev.packhorse.engine.archive.ArchiveEntry.SymbolicLink;
import dev.packhorse.engine.archive.ArchiveException;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.host.DatabaseMapFile;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An archive of which modules see some parts alone, those of the home perhaps in another folder. A
/// hard link whose file is no part comes as that file. One thread.
final class SelectedSource implements ArchiveSource {
    private static final BytePath HOME = BytePath.of("homedir");
    private static final int FEW = 4;

    /// The folders of dumps.
    private static final Set<String> DATABASES = Set.of("mysql", "psql");

    private final ArchiveSource all;
    private final List<RestorePart> parts;
    private final Optional<BytePath> into;

    /// @param into the folder below the home that receives parts of it
    SelectedSource(ArchiveSource all, List<RestorePart> parts, Optional<BytePath> into) {
        this.all = all;
        this.parts = List.copyOf(parts);
        this.into = into;
    }

    @Override
    public Optional<Path> file(String path) {
        return isShown(path) ? all.file(path) : Optional.empty();
    }

    /// The map, grants and passwords belong to all databases; a single one comes back for the users
    /// that are there.
    private boolean isShown(String path) {
        return !path.startsWith("mysql.sql")
                && !path.startsWith("psql_")
                && !path.equals(DatabaseMapFile.MEMBER)
                && (!DATABASES.contains(folder(path))
                        || parts.stream().anyMatch(part -> holds(part, path)));
    }

    private static String folder(String path) {
        return path.substring(0, Math.max(0, path.indexOf('/')));
    }

    private static boolean holds(RestorePart part, String path) {
        return part instanceof RestorePart.Database(String name) && members(name).contains(path);
    }

    private static List<String> members(String database) {
        return List.of(
                "mysql/" + database + ".sql",
                "mysql/" + database + ".sql.gz",
                "mysql/" + database + ".create",
                "psql/" + database + ".tar");
    }

    /// Sees that the archive has what was selected, but for paths, which are looked for when they
    /// are read.
    ///
    /// @param packedAs the account's name in the archive
    /// @throws ArchiveException ABSENT if it has not
    void require(AccountName packedAs) throws ArchiveException {
        for (RestorePart part : parts) {
            List<String> members =
                    switch (part) {
                        case RestorePart.Path _ -> List.of();
                        case RestorePart.Database(String name) -> members(name);
                        case RestorePart.Zone(DomainName domain) ->
                                List.of("dnszones/" + domain + ".db");
                        case RestorePart.Crontab _ -> List.of("cron/" + packedAs);
                    };
            if (!members.isEmpty()
                    && members.stream().noneMatch(each -> all.file(each).isPresent())) {
                throw new ArchiveException(
                        ArchiveException.Kind.ABSENT, what(part) + ": not in the archive");
            }
        }
    }

    private static String what(RestorePart part) {
        return switch (part) {
            case RestorePart.Path(BytePath path) -> path.toString();
            case RestorePart.Database(String name) -> "database " + name;
            case RestorePart.Zone(DomainName domain) -> "zone " + domain;
            case RestorePart.Crontab _ -> "a crontab";
        };
    }

    @Override
    public List<String> names(String folder) {
        List<String> names = all.names(folder);
        return switch (folder) {
            case "mysql", "psql" ->
                    names.stream().filter(name -> isShown(folder + "/" + name)).toList();
            case "dnszones" ->
                    names.stream()
                            .filter(name ->
                                    parts.stream()
                                            .anyMatch(part ->
                                                    part instanceof RestorePart.Zone(var domain)
                                                            && name.equals(domain + ".db")))
                            .toList();
            default -> names;
        };
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        return isShown(path) ? all.text(path) : Optional.empty();
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) throws IOException {
        for (RestorePart part : parts) {
            if (part instanceof RestorePart.Path(BytePath path) && below.equals(HOME)) {
                visit(HOME.resolve(path), visitor);
            }
        }
    }

    private void visit(BytePath selected, EntryVisitor visitor) throws IOException {
        Map<BytePath, List<HardLink>> outside = new LinkedHashMap<>();
        long[] seen = {0};
        all.forEach(
                selected,
                (entry, content) -> {
                    seen[0]++;
                    if (entry instanceof HardLink link && !link.target().startsWith(selected)) {
                        outside.computeIfAbsent(link.target(), _ -> new ArrayList<>()).add(link);
                    } else {
                        visitor.visit(moved(entry, selected), content);
                    }
                });
        if (seen[0] == 0) {
            throw new ArchiveException(
                    ArchiveException.Kind.ABSENT, selected + ": not in the archive");
        }
        List<BytePath> places =
                outside.size() <= FEW ? List.copyOf(outside.keySet()) : List.of(HOME);
        for (BytePath place : places) {
            all.forEach(
                    place,
                    (entry, content) -> {
                        List<HardLink> links = outside.getOrDefault(entry.path(), List.of());
                        if (entry instanceof RegularFile file && !links.isEmpty()) {
                            visitor.visit(
                                    moved(at(file, links.getFirst().path()), selected), content);
                            furtherNames(links, selected, visitor);
                        }
                    });
        }
    }

    private void furtherNames(List<HardLink> links, BytePath selected, EntryVisitor visitor)
            throws IOException {
        BytePath first = links.getFirst().path();
        for (HardLink link : links.subList(1, links.size())) {
            visitor.visit(
                    moved(new HardLink(link.path(), link.attributes(), first), selected),
                    java.io.InputStream.nullInputStream());
        }
    }

    private static RegularFile at(RegularFile file, BytePath path) {
        return new RegularFile(path, file.attributes(), file.sizeBytes(), file.data());
    }

    private ArchiveEntry moved(ArchiveEntry entry, BytePath selected) {
        return into.isEmpty()
                ? entry
                : switch (entry) {
                    case Folder folder ->
                            new Folder(moved(folder.path(), selected), folder.attributes());
                    case RegularFile file -> at(file, moved(file.path(), selected));
                    case SymbolicLink link ->
                            new SymbolicLink(
                                    moved(link.path(), selected), link.attributes(), link.target());
                    case HardLink link ->
                            new HardLink(
                                    moved(link.path(), selected),
                                    link.attributes(),
                                    moved(link.target(), selected));
                };
    }

    private BytePath moved(BytePath path, BytePath selected) {
        BytePath place = HOME.resolve(into.orElseThrow()).resolve(selected.name());
        return path.equals(selected) ? place : place.resolve(path.relativeTo(selected));
    }
}
