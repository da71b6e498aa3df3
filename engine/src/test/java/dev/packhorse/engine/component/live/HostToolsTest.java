package dev.packhorse.engine.component.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostToolsTest {
    @TempDir Path folder;

    @Test
    void eachPurposeHasItsProgramOrNone() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs are trusted if they are root's");
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : new String[] {"useradd", "nginx", "rndc", "pdns_control"}) {
            Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        assertThat(new HostTools(ServicePrograms.in(programs)).describe(new HostRoot(folder)))
                .isEqualTo(
                        "users useradd, zone check none, name server"
                                + " rndc, web server nginx, mail server none");
    }

    @Test
    void theServicesOfAnotherRootAreNotDriven() throws Exception {
        assertThat(new HostTools(ServicePrograms.ofSystem()).describe(new HostRoot(folder)))
                .startsWith("files only");
    }
}
