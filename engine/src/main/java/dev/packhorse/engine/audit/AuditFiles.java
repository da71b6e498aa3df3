package dev.packhorse.engine.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The files of a trail, one for each month: `audit-2026-11.jsonl`. Safe for many threads; whoever
/// reads while the daemon writes may see all but the newest line.
///
/// @param folder where they lie; only root enters it
public record AuditFiles(Path folder) {
    private static final Pattern NAME = Pattern.compile("audit-\\d{4}-\\d{2}\\.jsonl");

    /// What reading the whole trail found.
    ///
    /// @param lines how many lines are in order
    /// @param firstBreak what is wrong at the first line that is not, with its file and line
    public record Checked(long lines, Optional<String> firstBreak) {}

    /// The files, oldest first.
    List<Path> all() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (NAME.matcher(String.valueOf(entry.getFileName())).matches()) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        Collections.sort(files);
        return files;
    }

    /// Gives every line, oldest first, checked or not.
    ///
    /// @throws IOException if a file cannot be read
    public void forEach(Consumer<String> consumer) throws IOException {
        for (Path file : all()) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    consumer.accept(line);
                }
            }
        }
    }

    /// Whether each line is as it was written and follows the one before. The first line that is
    /// there is believed: older files may have been moved away.
    ///
    /// @throws IOException if a file cannot be read
    public Checked check() throws IOException {
        long good = 0;
        Optional<AuditLine> before = Optional.empty();
        for (Path file : all()) {
            int number = 0;
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                    number++;
                    Optional<AuditLine> line = AuditLine.parse(text);
                    Optional<String> wrong = wrong(before, line);
                    if (wrong.isPresent()) {
                        String where = file.getFileName() + ", line " + number + ": ";
                        return new Checked(good, Optional.of(where + wrong.get()));
                    }
                    before = line;
                    good++;
                }
            }
        }
        return new Checked(good, Optional.empty());
    }

    private static Optional<String> wrong(Optional<AuditLine> before, Optional<AuditLine> line) {
        if (line.isEmpty()) {
            return Optional.of("it is not as it was written");
        }
        if (before.isEmpty()) {
            return Optional.empty();
        }
        boolean follows =
                line.get().number() == before.get().number() + 1
                        && line.get().before().equals(before.get().digest());
        return follows
                ? Optional.empty()
                : Optional.of(
                        "it does not follow number "
                                + before.get().number()
                                + ": lines were removed, added or moved");
    }
}
