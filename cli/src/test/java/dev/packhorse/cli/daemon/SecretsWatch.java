package dev.packhorse.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Looks for secrets where they must not be: all the time in the command lines and environments of
/// every process that this one started, and on demand in texts and files. Safe for many threads.
final class SecretsWatch implements AutoCloseable {
    private static final long PAUSE_NANOS = 3_000_000;
    private static final int READABLE_BY_OTHERS = 0044;
    private static final int PASSABLE_FOR_OTHERS = 0011;

    private final Map<SecretForms, Set<String>> secrets = new ConcurrentHashMap<>();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final Set<String> programs = ConcurrentHashMap.newKeySet();
    private final Set<String> carried = ConcurrentHashMap.newKeySet();
    private final Thread sampler = Thread.ofPlatform().daemon().unstarted(this::sample);
    private volatile boolean over;

    /// Begins to look at processes.
    static SecretsWatch start() {
        SecretsWatch watch = new SecretsWatch();
        watch.sampler.start();
        return watch;
    }

    /// From now on looks for this one, too.
    String over(SecretForms secret) {
        secrets.put(secret, secret.forms());
        return secret.value();
    }

    private void sample() {
        while (!over) {
            ProcessHandle.current().descendants().forEach(this::look);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void look(ProcessHandle process) {
        String words = words(process);
        String environment = environment(process);
        programs.add(words);
        inText("the command line of " + process.pid(), words);
        secrets.forEach((secret, forms) -> {
            if (forms.stream().anyMatch(environment::contains)
                    && !isWithCarrier(secret, process, words)) {
                lookAgain(secret, forms, process);
            }
        });
    }

    private static Path about(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()));
    }

    private static String words(ProcessHandle process) {
        return read(about(process).resolve("cmdline")).replace('\0', ' ');
    }

    private static String environment(ProcessHandle process) {
        return read(about(process).resolve("environ"));
    }

    private static String above(ProcessHandle process) {
        return process.parent().map(SecretsWatch::words).orElse("");
    }

    private boolean isWithCarrier(SecretForms secret, ProcessHandle process, String words) {
        String all = words + above(process);
        boolean carries =
                secret.carriers().stream().anyMatch(all::contains)
                        && process.info().user().filter(user -> !user.equals("root")).isEmpty();
        if (carries) {
            carried.add(secret.name());
        }
        return carries;
    }

    /// A process may have become another program, or ended, between one look and the next: only
    /// what still has the secret counts.
    private void lookAgain(SecretForms secret, Set<String> forms, ProcessHandle process) {
        String words = words(process);
        String above = above(process);
        if (!isWithCarrier(secret, process, words)
                && forms.stream().anyMatch(environment(process)::contains)
                && process.isAlive()) {
            found.add(
                    "%s in the environment of %s, below %s".formatted(secret.name(), words, above));
        }
    }

    /// Processes come and go.
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    /// Looks for every secret in a text.
    void inText(String where, String text) {
        secrets.forEach((secret, forms) ->
                forms.stream()
                        .filter(text::contains)
                        .forEach(form ->
                                found.add(secret.name() + " in " + where + ", as " + form)));
    }

    /// Looks into every file of a folder.
    ///
    /// @return how many there were
    int inFiles(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files =
                    all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                            .toList();
        }
        for (Path file : files) {
            inText(file.toString(), read(file));
        }
        return files.size();
    }

    /// Looks into the files of a folder that others than their owner can get at and read, wherever
    /// the folder itself lies.
    ///
    /// @return how many there were
    int inReadableFiles(Path folder) throws IOException {
        int[] looked = {0};
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes what)
                            throws IOException {
                        return (mode(each) & PASSABLE_FOR_OTHERS) == 0
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes what)
                            throws IOException {
                        if (what.isRegularFile() && (mode(file) & READABLE_BY_OTHERS) != 0) {
                            inText("the readable file " + file, read(file));
                            looked[0]++;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return looked[0];
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    /// Where which secret was found, so far.
    Set<String> found() {
        return new TreeSet<>(found);
    }

    /// The secrets that were seen with a program that is handed them.
    Set<String> carried() {
        return new TreeSet<>(carried);
    }

    /// The command lines that were seen.
    Set<String> programs() {
        return new TreeSet<>(programs);
    }

    @Override
    public void close() {
        over = true;
        try {
            sampler.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
