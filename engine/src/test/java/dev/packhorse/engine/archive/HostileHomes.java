package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.HostileCase.refused;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Home directories packed inside an archive that mean harm, and accounts in odd places.
final class HostileHomes {
    private static final String USER = "USER=demo\n";

    private HostileHomes() {}

    static Stream<HostileCase> packed() {
        return Stream.of(
                home(
                        "A30 absolute name inside",
                        Kind.HOSTILE,
                        "homedir.tar: /etc/cron.d/x: absolute name",
                        tar -> tar.file("/etc/cron.d/x", "x")),
                home(
                        "A30 dots inside",
                        Kind.HOSTILE,
                        "name with “..”",
                        tar -> tar.file("../cp/demo", "USER=root\n")),
                home(
                        "A30 file below a link inside",
                        Kind.HOSTILE,
                        "lies below a member that is no folder",
                        tar -> tar.link("a", '2', "b").file("a/x", "x")),
                home(
                        "A30 hard link out of the home",
                        Kind.HOSTILE,
                        "hard link to something that is no earlier regular file",
                        tar -> tar.link("a", '1', "cp/demo")),
                home(
                        "A30 absolute hard link inside",
                        Kind.HOSTILE,
                        "homedir.tar: /etc/shadow: absolute name",
                        tar -> tar.link("a", '1', "/etc/shadow")),
                home("A30 device inside", Kind.HOSTILE, "device", tar -> tar.special("a", '4')),
                home(
                        "A30 name twice in other forms",
                        Kind.HOSTILE,
                        "differing forms",
                        tar -> tar.file("x/a", "1").file("x//a", "2")),
                refused(
                        "A30 inner archive cut short",
                        Kind.TRUNCATED,
                        "homedir.tar: archive ends without the end marks",
                        () -> with("homedir.tar", new TarBuilder().file("a", "x").cut())),
                refused(
                        "A30 inner archive goes on",
                        Kind.HOSTILE,
                        "homedir.tar: archive goes on after the end marks",
                        () -> with("homedir.tar", joined(inner(), inner()))),
                refused(
                        "A30 inner archive is none",
                        Kind.NOT_AN_ARCHIVE,
                        "homedir.tar: not an archive but a zip file",
                        () -> with("homedir.tar", new byte[] {'P', 'K', 3, 4, 0, 0})),
                refused(
                        "A30 inner archive is empty",
                        Kind.NOT_AN_ARCHIVE,
                        "homedir.tar.gz: not an archive but an empty file",
                        () -> with("homedir.tar.gz", new byte[0])),
                refused(
                        "A30 inner gzip with a flipped bit",
                        Kind.DAMAGED,
                        "homedir.tar.gz: gzip",
                        () -> {
                            byte[] bytes = TarBuilder.gzip(inner());
                            bytes[bytes.length - 6] ^= 1;
                            return with("homedir.tar.gz", bytes);
                        }),
                refused(
                        "A26 zeros without end inside",
                        Kind.LIMIT,
                        "more than 200 times its size",
                        () -> {
                            byte[] zeros = new byte[96 << 20];
                            TarBuilder tar =
                                    new TarBuilder()
                                            .raw("z", '0', "", zeros.length, zeros, h -> {});
                            return with("homedir.tar.gz", TarBuilder.gzip(tar.end()));
                        }),
                new HostileCase(
                        "A30 second home inside",
                        () -> {
                            byte[] home = inner();
                            return TarBuilder.gzip(
                                    demo("homedir.tar", home)
                                            .raw(
                                                    "cpmove-demo/homedir.tar.gz",
                                                    '0',
                                                    "",
                                                    home.length,
                                                    home,
                                                    header -> {})
                                            .end());
                        },
                        new HostileCase.Answer.Refused(Kind.HOSTILE, "cannot be read"),
                        new HostileCase.Answer.Skipped(
                                "homedir.tar.gz: home directory packed inside that cannot be read")),
                refused(
                        "A38 something beside the account in a folder",
                        Kind.HOSTILE,
                        "w/etc: lies beside the account's folder w/demo",
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder()
                                                .file("w/demo/cp/demo", USER)
                                                .folder("w/etc/")
                                                .end())),
                refused(
                        "A38 too deep a folder",
                        Kind.HOSTILE,
                        "a: top folder is not named after an account".substring(3),
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder().file("A/b/c/demo/cp/demo", USER).end())),
                refused(
                        "A39 no folder and two accounts",
                        Kind.HOSTILE,
                        "holds 2 account files",
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder()
                                                .file("cp/demo", USER)
                                                .file("cp/bob", "USER=bob\n")
                                                .end())),
                refused(
                        "A40 no folder and a reserved name",
                        Kind.HOSTILE,
                        "cp/root: not an account file",
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder().file("cp/root", "USER=root\n").end())));
    }

    private static HostileCase home(
            String name, Kind kind, String text, Consumer<TarBuilder> members) {
        return refused(
                name,
                kind,
                text,
                () -> {
                    TarBuilder home = new TarBuilder().folder("./");
                    members.accept(home);
                    return with("homedir.tar", home.end());
                });
    }

    private static byte[] inner() {
        return new TarBuilder().folder("./").file("./a", "abc").end();
    }

    private static byte[] with(String name, byte[] home) {
        return TarBuilder.gzip(demo(name, home).end());
    }

    private static TarBuilder demo(String name, byte[] home) {
        return new TarBuilder()
                .folder("cpmove-demo/")
                .file("cpmove-demo/cp/demo", USER)
                .raw("cpmove-demo/" + name, '0', "", home.length, home, header -> {});
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
