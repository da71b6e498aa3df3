package dev.packhorse.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a Java process holds: what lives on its heap after a forced collection, memory outside of
/// it that the JDK counts, descriptors, threads, children.
///
/// @param heap bytes of live objects
/// @param direct bytes that buffers and arenas hold outside of the heap
/// @param counted bytes that the JVM itself counts, its heap among them
/// @param resident bytes of the machine's memory, with what the C library keeps for later
/// @param descriptors where each leads
/// @param threads their names
/// @param children their command lines
/// @param classes the live objects by class, most bytes first
record Footprint(
        long heap,
        long direct,
        long counted,
        long resident,
        List<String> descriptors,
        List<String> threads,
        List<String> children,
        String classes) {
    private static final int CLASSES = 40;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +(\\d+) +(\\d+)");
    private static final Pattern FILLER = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\S*Filler");
    private static final Pattern OTHER =
            Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    private static final Pattern COUNTED =
            Pattern.compile("(?m)^Total: reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    static Footprint of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String classes = jcmd(pid, "GC.class_histogram");
        String memory = jcmd(pid, "VM.native_memory");
        return new Footprint(
                number(TOTAL, 2, classes) - fillers(classes),
                1024 * number(OTHER, 1, memory),
                1024 * number(COUNTED, 1, memory),
                1024 * number(RESIDENT, 1, Files.readString(process.resolve("status"))),
                descriptors(process.resolve("fd")),
                threads(process.resolve("task")),
                children(pid),
                String.join("\n", classes.lines().limit(CLASSES).toList()));
    }

    /// Bytes that the collector fills gaps with.
    private static long fillers(String classes) {
        return FILLER.matcher(classes)
                .results()
                .mapToLong(row -> Long.parseLong(row.group(1)))
                .sum();
    }

    private static long number(Pattern pattern, int group, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("no " + pattern + " in: " + text);
        }
        return Long.parseLong(matcher.group(group));
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> descriptors(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path each : entries(folder)) {
            try {
                found.add(Files.readSymbolicLink(each).toString());
            } catch (IOException _) {
                // It was closed meanwhile.
            }
        }
        return found.stream().sorted().toList();
    }

    private static List<String> threads(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path each : entries(folder)) {
            try {
                found.add(Files.readString(each.resolve("comm")).strip());
            } catch (IOException _) {
                // It ended meanwhile.
            }
        }
        return found.stream().sorted().toList();
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private static List<String> children(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(child -> child.info().commandLine().orElse("child " + child.pid()))
                .toList();
    }

    /// In figures.
    @Override
    public String toString() {
        return ("%d KiB of heap and %d KiB beside it, %d MiB counted by the JVM, %d MiB resident,"
                        + " %d descriptors, %d threads, %d children")
                .formatted(
                        heap >> 10,
                        direct >> 10,
                        counted >> 20,
                        resident >> 20,
                        descriptors.size(),
                        threads.size(),
                        children.size());
    }
}
