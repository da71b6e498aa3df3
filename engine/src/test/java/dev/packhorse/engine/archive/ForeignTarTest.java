package dev.packhorse.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives of GNU tar and bsdtar, in each of their formats.
class ForeignTarTest {
    private static final int HOLE = 1 << 20;

    @TempDir Path folder;
    private final Map<String, String> wanted = new TreeMap<>();

    @BeforeEach
    void makeTree() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/tar"))
                        && run(List.of("/usr/bin/tar", "--version")).contains("GNU tar"),
                "GNU tar is not installed");
        Path home = Files.createDirectories(folder.resolve("cpmove-demo/homedir"));
        Files.createDirectories(folder.resolve("cpmove-demo/cp"));
        Files.writeString(folder.resolve("cpmove-demo/cp/demo"), "USER=demo\n");
        put(home, "short");
        Path deep = home;
        for (int i = 0; i < 3; i++) {
            deep = deep.resolve("d".repeat(90));
        }
        Files.createDirectories(deep);
        put(deep, "f".repeat(200));
        Files.createSymbolicLink(home.resolve("link"), Path.of("t".repeat(150)));
        wanted.put("homedir/link", "-> " + "t".repeat(150));
        Files.createLink(home.resolve("short-too"), home.resolve("short"));
        sparse(home, "holes", 30);
    }

    private void put(Path parent, String name) throws Exception {
        Files.writeString(parent.resolve(name), "content of " + name);
        wanted.put(
                folder.resolve("cpmove-demo").relativize(parent.resolve(name)).toString(),
                "content of " + name);
    }

    /// More pieces than one header block holds.
    private void sparse(Path parent, String name, int pieces) throws Exception {
        byte[] piece = new byte[4_096];
        new Random(5).nextBytes(piece);
        try (RandomAccessFile file = new RandomAccessFile(parent.resolve(name).toFile(), "rw")) {
            for (int i = 0; i < pieces; i++) {
                file.seek((long) i * HOLE);
                file.write(piece);
            }
            file.setLength((long) pieces * HOLE);
        }
        wanted.put("homedir/" + name, digest(Files.readAllBytes(parent.resolve(name))));
    }

    private static String digest(byte[] bytes) {
        return bytes.length + " bytes, " + Arrays.hashCode(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=gnu --sparse",
                "--format=oldgnu --sparse",
                "--format=posix",
                "--format=posix --sparse --sparse-version=0.0",
                "--format=posix --sparse --sparse-version=0.1",
                "--format=posix --sparse --sparse-version=1.0",
                "bsdtar --format=pax",
                "bsdtar --format=gnutar"
            })
    void isReadAsItWasMeant(String options) throws Exception {
        Path file = folder.resolve("cpmove-demo.tar.gz");
        boolean bsd = options.startsWith("bsdtar");
        Assumptions.assumeTrue(
                !bsd || Files.isExecutable(Path.of("/usr/bin/bsdtar")), "bsdtar is not installed");
        List<String> command =
                new ArrayList<>(List.of(bsd ? "bsdtar" : "tar", "-czf", file.toString()));
        command.addAll(List.of(options.replace("bsdtar ", "").split(" ")));
        command.addAll(List.of("-C", folder.toString(), "cpmove-demo"));
        assertThat(run(command)).isEmpty();
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Map<String, String> found = new TreeMap<>();
        List<String> links = new ArrayList<>();
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.RESTRICTED);
        try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
            assertThat(archive.facts().skipped()).isEmpty();
            archive.forEach(
                    BytePath.of("homedir"),
                    (entry, content) -> {
                        switch (entry) {
                            case ArchiveEntry.Folder _ -> {}
                            case ArchiveEntry.SymbolicLink link ->
                                    found.put(link.path().toString(), "-> " + link.target());
                            case ArchiveEntry.HardLink link ->
                                    links.add(link.path() + " = " + link.target());
                            case ArchiveEntry.RegularFile regular ->
                                    found.put(
                                            regular.path().toString(),
                                            text(regular, content.readAllBytes()));
                        }
                    });
        }
        assertThat(links).singleElement().asString().contains("homedir/short");
        if (found.remove("homedir/short-too") != null) {
            found.put("homedir/short", "content of short");
        }
        assertThat(found).isEqualTo(wanted);
    }

    /// Attributes and access lists as each program says them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tar --xattrs --xattrs-include=*",
                "tar --acls --xattrs --numeric-owner",
                "bsdtar --format=pax --acls --xattrs"
            })
    void attributesAndAccessListsAreRead(String program) throws Exception {
        for (String each : List.of("/usr/bin/setfacl", "/usr/bin/setfattr", "/usr/bin/bsdtar")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(each)), each + " is not installed");
        }
        Path home = folder.resolve("cpmove-demo/homedir");
        Path target = home.resolve("short");
        run(List.of("setfacl", "-m", "u:4321:r,u:99999:rw,g:7777:x,m::rwx", target.toString()));
        run(List.of("setfacl", "-d", "-m", "u:1234:rwx", home.toString()));
        run(List.of("setfattr", "-n", "user.a=b%c", "-v", "0x00ff0a", target.toString()));
        Path file = folder.resolve("cpmove-demo.tar");
        List<String> command = new ArrayList<>(List.of(program.split(" ")));
        command.addAll(List.of("-cf", file.toString(), "-C", folder.toString(), "cpmove-demo"));
        run(command);
        Map<String, Map<ByteString, ByteString>> found = new TreeMap<>();
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        ArchiveJudge judge = new ArchiveJudge(ArchiveLimits.DEFAULTS, ArchiveTrust.VOUCHED);
        try (JudgedArchive archive = judge.judge(file, unpacked, Cancellation.never())) {
            archive.forEach(
                    BytePath.of("homedir"),
                    (entry, _) -> {
                        if (!(entry instanceof ArchiveEntry.HardLink)) {
                            found.put(entry.path().toString(), entry.attributes().xattrs());
                        }
                    });
        }
        try (Directory top = Directory.openTrusted(home);
                PosixFile open = top.openForReading(ByteName.of("short"))) {
            assertThat(open.xattrs()).hasSize(2);
            String kept = found.containsKey("homedir/short-too") ? "short-too" : "short";
            assertThat(found.getOrDefault("homedir/short", found.get("homedir/" + kept)))
                    .isEqualTo(open.xattrs());
            assertThat(found.get("homedir")).isEqualTo(top.xattrs());
        }
    }

    private static String text(ArchiveEntry.RegularFile file, byte[] stored) {
        byte[] whole = new byte[(int) file.sizeBytes()];
        int at = 0;
        for (ArchiveEntry.DataRegion region :
                file.data().isEmpty()
                        ? List.of(new ArchiveEntry.DataRegion(0, file.sizeBytes()))
                        : file.data()) {
            System.arraycopy(stored, at, whole, (int) region.offset(), (int) region.length());
            at += (int) region.length();
        }
        return whole.length > 1_000 ? digest(whole) : new String(whole, StandardCharsets.UTF_8);
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }
}
