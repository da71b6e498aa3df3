package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Members of an archive that a test makes up, as files of a folder.
record TestMembers(Path folder) implements ArchiveSource {
    static TestMembers in(Path folder, Map<String, String> members) throws IOException {
        for (Map.Entry<String, String> member : members.entrySet()) {
            Path file = folder.resolve(member.getKey());
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, member.getValue());
        }
        return new TestMembers(folder);
    }

    @Override
    public Optional<Path> file(String path) {
        return Optional.of(folder.resolve(path)).filter(Files::isRegularFile);
    }

    @Override
    public List<String> names(String below) {
        String[] names = folder.resolve(below).toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        Optional<Path> file = file(path);
        return file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty();
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) {
        throw new IllegalStateException("there is no home here");
    }
}
