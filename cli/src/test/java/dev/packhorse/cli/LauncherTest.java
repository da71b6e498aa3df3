package dev.packhorse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands as they start as root, with an environment that somebody else chose. In the place
/// of Java stands a program that prints what it was given.
class LauncherTest {
    private static final Path COMMANDS = Path.of("src/main/bin");
    private static final int NOBODY = 65_534;

    @TempDir private Path folder;
    private Path java;

    private record Output(int code, String text) {}

    @BeforeEach
    void distribution() throws IOException {
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "as root the caller's environment counts for nothing");
        Path bin = Files.createDirectories(folder.resolve("opt/bin"));
        for (String name :
                List.of("packhorse", "packhorse-launch", "packhorse-warm-up", "whmapi1")) {
            Files.copy(COMMANDS.resolve(name), bin.resolve(name));
        }
        Files.createDirectories(folder.resolve("opt/lib"));
        Files.createFile(folder.resolve("opt/lib/packhorse-cli-1.jar"));
        java = javaIn(folder.resolve("jdk"), "env; echo ARGUMENTS \"$@\"");
    }

    private static Path program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path javaIn(Path home, String script) throws IOException {
        program(home.resolve("bin/java"), script);
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        return home;
    }

    private Output run(String command, Map<String, String> environment) throws Exception {
        return run(command, "version", environment);
    }

    private Output run(String command, String argument, Map<String, String> environment)
            throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(folder.resolve(command).toString(), argument)
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    @Test
    void variablesOfTheCallerReachNeitherJavaNorWhatLooksForIt() throws Exception {
        Path evil = folder.resolve("evil");
        for (String name : List.of("readlink", "dirname", "grep", "java", "sed", "id")) {
            program(evil.resolve(name), "echo ran >> '" + folder.resolve("ran") + "'");
        }
        Files.createSymbolicLink(
                folder.resolve("packhorse-link"), folder.resolve("opt/bin/packhorse"));
        Map<String, String> environment =
                Map.of(
                        "PATH", evil + ":/usr/bin:/bin",
                        "LD_LIBRARY_PATH", evil.toString(),
                        "JAVA_TOOL_OPTIONS", "-javaagent:/evil.jar",
                        "JDK_JAVA_OPTIONS", "-javaagent:/evil.jar",
                        "_JAVA_OPTIONS", "-javaagent:/evil.jar",
                        "CLASSPATH", "/evil",
                        "PACKHORSE_JAVA_HOME", java.toString());
        for (String command : List.of("opt/bin/packhorse", "packhorse-link", "opt/bin/whmapi1")) {
            Output output = run(command, environment);
            assertThat(output.code()).as(output.text()).isZero();
            assertThat(output.text())
                    .contains("ARGUMENTS ", " dev.packhorse.cli.", " version")
                    .doesNotContain("/evil", "JAVA_OPTIONS");
        }
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void rootStartsNoJavaThatSomebodyElseCanChange() throws Exception {
        Path foreign = javaIn(folder.resolve("foreign"), "echo FOREIGN");
        Files.setAttribute(foreign.resolve("bin/java"), "unix:uid", NOBODY);
        Output output =
                run(
                        "opt/bin/packhorse",
                        Map.of(
                                "PACKHORSE_JAVA_HOME",
                                foreign.toString(),
                                "JAVA_HOME",
                                java.toString()));
        assertThat(output.text()).contains("ARGUMENTS").doesNotContain("FOREIGN");
    }

    @Test
    void onlySizesOfMemoryMayBeChosen() throws Exception {
        assertThat(run("opt/bin/packhorse", options("-Xmx1g -Xss2m")).code()).isZero();
        for (String option :
                List.of("-javaagent:/evil.jar", "-Xmx1g -XX:OnOutOfMemoryError=id", "-cp /evil")) {
            Output output = run("opt/bin/packhorse", options(option));
            assertThat(output.code()).as(option).isEqualTo(64);
            assertThat(output.text())
                    .contains("PACKHORSE_JAVA_OPTIONS")
                    .doesNotContain("ARGUMENTS");
        }
    }

    /// Otherwise each thread would keep the largest that it ever wrote, outside the heap.
    @ParameterizedTest
    @ValueSource(strings = {"serve", "pack"})
    void whatRunsForLongGivesLargeBuffersBack(String argument) throws Exception {
        assertThat(run("opt/bin/packhorse", argument, options("-Xmx1g")).text())
                .containsPattern("ARGUMENTS .* -Djdk.nio.maxCachedBufferSize=262144 .*" + argument);
    }

    /// Otherwise the C library would keep for many threads what each had freed.
    @Test
    void theDaemonsMemoryIsKeptInFewPlaces() throws Exception {
        assertThat(run("opt/bin/packhorse", "serve", options("-Xmx1g")).text())
                .containsPattern("(?m)^MALLOC_ARENA_MAX=2$");
    }

    /// By the server's own configuration the trial daemon would work on a shared store under the
    /// name of the real one, and end its jobs.
    @Test
    void theTrialRunsGoByNoConfigurationOfTheServer() throws Exception {
        Path calls = folder.resolve("calls");
        Path home =
                javaIn(
                        folder.resolve("trial"),
                        """
                        echo "$@" >>'%s'
                        for each; do
                            case $each in
                            --config=*) stat -c 'MODE %%a %%u %%s' -- "${each#*=}" >>'%1$s' ;;
                            --set=state=*) mkdir -p -- "${each#*=*=}"; echo there >"${each#*=*=}/http.address" ;;
                            -XX:AOTCacheOutput=*) echo made >"${each#*=}" ;;
                            esac
                        done\
                        """
                                .formatted(calls));
        for (String jar : List.of("bcprov-1.jar", "s3-1.jar", "h2-1.jar")) {
            Files.writeString(folder.resolve("opt/lib").resolve(jar), jar);
        }
        Files.createDirectories(folder.resolve("opt/docs"));
        Files.writeString(folder.resolve("opt/docs/page.md"), "a line\n");
        Output output =
                run("opt/bin/packhorse-warm-up", Map.of("PACKHORSE_JAVA_HOME", home.toString()));
        assertThat(output.code()).as(output.text()).isZero();
        for (String trial : List.of("serve", "pack trial /out")) {
            assertThat(calls)
                    .content()
                    .containsPattern(
                            trial
                                    + " --config=(\\S+)/packhorse\\.yaml --set=database\\.url="
                                    + " --set=host\\.root=\\1/server .*\nMODE 600 0 0\n");
        }
    }

    private Map<String, String> options(String options) {
        return Map.of("PACKHORSE_JAVA_HOME", java.toString(), "PACKHORSE_JAVA_OPTIONS", options);
    }
}
