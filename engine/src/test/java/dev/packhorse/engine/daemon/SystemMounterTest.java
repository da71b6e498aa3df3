package dev.packhorse.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.queue.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMounterTest {
    @TempDir private Path folder;

    private Path program(String text) throws Exception {
        Path program = folder.resolve("mount");
        Files.writeString(program, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// As the ssh of sshfs, which stays in the group of the program that has started it.
    @Test
    void whatServesTheFileSystemGoesOnAfterTheMount() throws Exception {
        Path mount =
                program(
                        """
                        {
                            for i in $(seq 1200); do
                                test -e "$2.asked" && touch "$2.answer" && exit
                                sleep 0.05
                            done
                        } > /dev/null 2> /dev/null < /dev/null &
                        """);
        Path disk = folder.resolve("disk");
        assertThat(SystemMounter.call(mount, disk.toString())).isEmpty();
        Files.createFile(folder.resolve("disk.asked"));
        Eventually.holds("it answers", () -> Files.exists(folder.resolve("disk.answer")));
    }

    @Test
    void whyItDidNotWorkIsToldOn() throws Exception {
        Path mount = program("echo \"no such device for $2\" >&2; exit 32\n");
        assertThat(SystemMounter.call(mount, "/disk"))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("no such device for /disk"));
    }
}
