package dev.packhorse.cli.daemon;

import dev.packhorse.cli.client.ClientException;
import dev.packhorse.cli.client.DaemonClient;
import dev.packhorse.cli.client.Parameters;
import dev.packhorse.cli.client.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The real daemon in a process of its own, on a server root and a state folder of the test's.
final class DaemonUnderTest implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final int LOG_TAIL = 20_000;

    private final Process process;
    private final StateFolder state;
    private final Path log;
    private final DaemonClient client;

    private DaemonUnderTest(Process process, StateFolder state, Path log) throws ClientException {
        this.process = process;
        this.state = state;
        this.log = log;
        this.client = new DaemonClient(state, _ -> {});
    }

    /// Starts it and waits until it serves.
    static DaemonUnderTest start(Path work, String heap, String... settings) throws IOException {
        return start(work, heap, List.of(), settings);
    }

    /// As [#start(Path, String, String...)], with further options of the JVM.
    static DaemonUnderTest start(Path work, String heap, List<String> options, String... settings)
            throws IOException {
        return serving(work, begin(work, heap, options, Map.of(), settings));
    }

    /// Starts one that is told of a service manager, and does not wait for it.
    static Process begin(Path work, Map<String, String> environment, String... settings)
            throws IOException {
        return begin(work, "256m", List.of(), environment, settings);
    }

    /// As the other, with options of the JVM.
    static Process begin(
            Path work,
            String heap,
            List<String> options,
            Map<String, String> environment,
            String... settings)
            throws IOException {
        Files.deleteIfExists(work.resolve("state/http.address"));
        return process(work, heap, options, environment, settings);
    }

    /// Waits until one that was begun serves.
    static DaemonUnderTest serving(Path work, Process process) throws IOException {
        Path state = work.resolve("state");
        Path log = work.resolve("daemon.log");
        Path address = state.resolve("http.address");
        try {
            await(START, () -> !process.isAlive() || Files.exists(address));
            if (!process.isAlive()) {
                throw new IOException("the daemon did not start: " + Files.readString(log));
            }
            return new DaemonUnderTest(process, new StateFolder(state), log);
        } catch (ClientException e) {
            process.destroyForcibly();
            throw new IOException(e);
        } catch (IOException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// Starts one that is to refuse.
    ///
    /// @return what it said since
    static String refusal(Path work, int exitCode, String... settings) throws IOException {
        Path log = work.resolve("daemon.log");
        int before = Files.exists(log) ? Files.readString(log).length() : 0;
        Process process = process(work, "256m", List.of(), Map.of(), settings);
        try {
            await(START, () -> !process.isAlive());
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(log).substring(before);
        if (process.exitValue() != exitCode) {
            throw new AssertionError("exit code " + process.exitValue() + ": " + said);
        }
        return said;
    }

    /// Starts one in a fresh folder, and asks it to end before it serves.
    ///
    /// @return its exit code
    static int stopWhileItStarts(Path work) throws IOException, InterruptedException {
        Process process = process(work, "256m", List.of(), Map.of());
        try {
            Path first = work.resolve("state/daemon.lock");
            await(START, () -> !process.isAlive() || Files.exists(first));
            process.destroy();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process process(
            Path work,
            String heap,
            List<String> options,
            Map<String, String> environment,
            String... settings)
            throws IOException {
        Path state = work.resolve("state");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (!options.contains("-cp")) {
            command.addAll(List.of("-cp", classPath()));
        }
        command.addAll(options);
        command.addAll(
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.nio.maxCachedBufferSize=262144",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "dev.packhorse.cli.Packhorse",
                        "serve",
                        "--set=host.root=" + work.resolve("server"),
                        "--set=state=" + state,
                        "--set=http.listen=127.0.0.1:0",
                        "--set=http.tls=off",
                        "--set=host.name=host.packhorse.example",
                        "--set=mysql.enabled=off",
                        "--set=backup.time=" + longPast(),
                        "--set=backup.catch_up=0s"));
        for (String setting : settings) {
            command.add("--set=" + setting);
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        work.resolve("daemon.log").toFile()));
        // As the command does.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// The class path of the tests.
    static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /// A time of day at which nothing of the schedule comes due while a test runs.
    private static LocalTime longPast() {
        return LocalTime.now(ZoneId.systemDefault()).minusHours(2).truncatedTo(ChronoUnit.MINUTES);
    }

    /// Waits for a condition, and fails when it does not come true in time.
    static void await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true within " + limit);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    StateFolder state() {
        return state;
    }

    Path log() {
        return log;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    JsonNode call(String function, Parameters parameters) throws ClientException {
        return client.call(function, parameters);
    }

    /// The whole answer, whatever its result.
    JsonNode envelope(String function, Parameters parameters) throws ClientException {
        return client.envelope(function, parameters);
    }

    JsonNode job(String id) throws ClientException {
        return call("packhorse_job_get", new Parameters().add("id", id)).path("job");
    }

    /// Waits until a job has ended and returns it. If it does not end in time, the failure tells
    /// what the job, the daemon's threads and its log say.
    JsonNode awaitEnd(String id, Duration limit) throws ClientException {
        JsonNode[] job = new JsonNode[1];
        try {
            awaitEnd(id, limit, job);
        } catch (AssertionError e) {
            throw new AssertionError(
                    String.join(
                            "\n",
                            e.getMessage() + ": job " + job[0],
                            "open: " + jobs("active") + " " + jobs("pending"),
                            threads(),
                            logTail()),
                    e);
        }
        return job[0];
    }

    private JsonNode jobs(String state) throws ClientException {
        return call("packhorse_job_list", new Parameters().add("state", state)).path("jobs");
    }

    private void awaitEnd(String id, Duration limit, JsonNode[] job) {
        await(
                limit,
                () -> {
                    try {
                        job[0] = job(id);
                        String now = job[0].path("state").asString("");
                        return !now.equals("pending") && !now.equals("active");
                    } catch (ClientException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /// The stacks of the threads that run our code and do not just wait for work, as far as the
    /// JDK's own tool gets them.
    private String threads() {
        return Stream.of(stacks().split("\n\n"))
                .filter(stack -> stack.contains("dev.packhorse"))
                .filter(stack -> !stack.contains("WorkSignal$Bell.await"))
                .collect(Collectors.joining("\n\n"));
    }

    /// The stacks of all threads, or why there are none.
    String stacks() {
        try {
            Process jstack =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jstack")
                                            .toString(),
                                    Long.toString(process.pid()))
                            .redirectErrorStream(true)
                            .start();
            return new String(
                    jstack.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no stacks: " + e.getMessage();
        }
    }

    /// Whether its log has these words.
    boolean said(String words) {
        try {
            return Files.readString(log).contains(words);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String logTail() {
        try {
            String all = Files.readString(log);
            return all.substring(Math.max(0, all.length() - LOG_TAIL));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /// Sends any other signal, as `STOP`.
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("signal " + name + " was not sent");
        }
    }

    /// SIGKILL.
    void kill() {
        client.close();
        process.destroyForcibly();
        join(STOP);
    }

    /// SIGTERM, and the exit code of a stop in order.
    int stop() {
        return stop(STOP);
    }

    /// As [#stop()], of one that has more to do at its end.
    int stop(Duration limit) {
        client.close();
        process.destroy();
        join(limit);
        return process.exitValue();
    }

    private void join(Duration limit) {
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the daemon did not end within " + limit);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
