package dev.packhorse.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.posix.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFinderTest {
    @TempDir Path folder;

    private Path program(String name, String mode) throws IOException {
        Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString(mode));
    }

    @Test
    void findsTheFirstNameThatIsThere() {
        assertThat(ProgramFinder.system().find("no-such-program", "env"))
                .hasValue(Path.of("/usr/bin/env"));
    }

    @Test
    void absentProgramIsNamed() {
        assertThatThrownBy(() -> ProgramFinder.system().require("no-such-a", "no-such-b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-a or no-such-b");
    }

    @Test
    void pathIsNoName() {
        assertThatThrownBy(() -> ProgramFinder.system().find("../bin/env"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void programThatOthersCanChangeIsNone() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root to own programs");
        ProgramFinder finder = new ProgramFinder(List.of(folder));
        program("good", "rwxr-xr-x");
        program("open", "rwxr-xrwx");
        Path foreign = program("foreign", "rwxr-xr-x");
        Files.setAttribute(foreign, "unix:uid", 12_345);
        assertThat(finder.find("good")).isPresent();
        assertThat(finder.find("open")).isEmpty();
        assertThat(finder.find("foreign")).isEmpty();
    }

    @Test
    void linkToAProgramThatOthersCanChangeIsNone() throws IOException {
        assumeTrue(Identity.ofProcess().isRoot(), "needs root to own programs");
        Path open = program("open", "rwxr-xrwx");
        Files.createSymbolicLink(folder.resolve("link"), open);
        assertThat(new ProgramFinder(List.of(folder)).find("link")).isEmpty();
    }
}
