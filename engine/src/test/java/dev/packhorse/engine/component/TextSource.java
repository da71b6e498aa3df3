package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// An archive without a home, made of texts that lie in a folder: for members that no writer of
/// ours would make.
public record TextSource(Path folder) implements ArchiveSource {
    /// Unpacks the members, path to text, into a new folder.
    public static TextSource of(Path staging, Map<String, String> members) throws IOException {
        Path folder = Files.createTempDirectory(staging, "texts");
        for (Map.Entry<String, String> each : members.entrySet()) {
            Path file = folder.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        return new TextSource(folder);
    }

    /// The facts of such an archive.
    public static ArchiveFacts facts(String account) {
        return new ArchiveFacts(
                new AccountName(account),
                "cpmove-" + account,
                "0".repeat(64),
                0,
                0,
                0,
                0,
                false,
                Set.of(),
                List.of());
    }

    @Override
    public Optional<Path> file(String path) {
        return Optional.of(folder.resolve(path)).filter(Files::isRegularFile);
    }

    @Override
    public List<String> names(String path) {
        Path found = folder.resolve(path);
        if (!Files.isDirectory(found)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(found)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        Optional<Path> file = file(path);
        return file.isEmpty() ? Optional.empty() : Optional.of(Files.readString(file.get()));
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) {
        throw new IllegalStateException("this archive has no home");
    }
}
