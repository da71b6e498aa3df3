package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.HostileCase.demo;
import static dev.packhorse.engine.archive.HostileCase.refused;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/// Containers and roots that mean harm.
final class HostileContainers {
    private static final String HOME = "cpmove-demo/homedir/";

    private HostileContainers() {}

    static Stream<HostileCase> containers() {
        byte[] good = demo(tar -> {});
        return Stream.of(
                refused(
                        "A26 zeros without end",
                        Kind.LIMIT,
                        "more than 200 times its size",
                        () -> {
                            byte[] zeros = new byte[96 << 20];
                            return demo(tar ->
                                    tar.raw(
                                            HOME + "zeros",
                                            '0',
                                            "",
                                            zeros.length,
                                            zeros,
                                            header -> {}));
                        }),
                refused(
                        "A33 second member with another archive",
                        Kind.HOSTILE,
                        "goes on after the end marks",
                        () -> joined(good, demo(tar -> tar.file(HOME + "evil", "x")))),
                refused(
                        "A34 trailing garbage",
                        Kind.DAMAGED,
                        "belong to no member",
                        () -> joined(good, new byte[] {1, 2, 3})),
                refused(
                        "A34 trailing zeros",
                        Kind.DAMAGED,
                        "belong to no member",
                        () -> joined(good, new byte[100])),
                refused(
                        "A35 no end marks",
                        Kind.TRUNCATED,
                        "without the end marks",
                        () -> TarBuilder.gzip(TarBuilder.demo().cut())),
                refused(
                        "A35 one end mark",
                        Kind.TRUNCATED,
                        "one of the two end marks",
                        () -> TarBuilder.gzip(TarBuilder.demo().bytes(new byte[512]).cut())),
                refused(
                        "A36 zip",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but a zip file",
                        () -> new byte[] {'P', 'K', 3, 4, 0, 0}),
                refused(
                        "A36 zstd",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but a zstd file",
                        () -> new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}),
                refused(
                        "A36 xz",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but an xz file",
                        () -> new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0}),
                refused(
                        "A36 HTML",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but an HTML page",
                        () ->
                                "\n<!DOCTYPE html><html><title>404</title></html>"
                                        .getBytes(StandardCharsets.UTF_8)),
                refused(
                        "A36 text",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but a file of another kind",
                        () -> "hello\n".repeat(200).getBytes(StandardCharsets.UTF_8)),
                refused(
                        "A37 empty",
                        Kind.NOT_AN_ARCHIVE,
                        "not an archive but an empty file",
                        () -> new byte[0]),
                refused(
                        "gzip of nothing",
                        Kind.TRUNCATED,
                        "without the end marks",
                        () -> TarBuilder.gzip(new byte[0])),
                refused(
                        "no members",
                        Kind.NOT_AN_ARCHIVE,
                        "archive without members",
                        () -> TarBuilder.gzip(new byte[10_240])),
                HostileCase.accepted("plain tar", () -> TarBuilder.demo().end()));
    }

    static Stream<HostileCase> roots() {
        return Stream.of(
                refused(
                        "A38 two top folders",
                        Kind.HOSTILE,
                        "other: second top folder beside cpmove-demo",
                        () -> demo(tar -> tar.folder("other/"))),
                refused(
                        "A38 top folder of another name",
                        Kind.HOSTILE,
                        "etc-passwd.d: top folder is not named after an account",
                        () -> root("etc-passwd.d", "demo", "demo")),
                refused(
                        "A39 another account file",
                        Kind.HOSTILE,
                        "cp/bob: the top folder is cpmove-alice",
                        () -> root("cpmove-alice", "bob", "bob")),
                refused(
                        "A39 root's account file",
                        Kind.HOSTILE,
                        "cp/root: not an account file",
                        () -> root("cpmove-alice", "root", "root")),
                refused(
                        "A39 another USER line",
                        Kind.HOSTILE,
                        "cp/alice: its USER line names somebody else",
                        () -> root("cpmove-alice", "alice", "root")),
                refused(
                        "A40 reserved name",
                        Kind.HOSTILE,
                        "cpmove-mysql: top folder is not named after an account",
                        () -> root("cpmove-mysql", "mysql", "mysql")),
                reserved("nobody"),
                reserved("ssl"),
                reserved("postmaster"),
                refused(
                        "A41 path text",
                        Kind.HOSTILE,
                        "cp/a: its USER line names somebody else",
                        () -> root("cpmove-a", "a", "../b")),
                refused(
                        "A41 shell text",
                        Kind.HOSTILE,
                        "top folder is not named after an account",
                        () -> root("cpmove-a;reboot", "a", "a")),
                refused(
                        "no account file",
                        Kind.NOT_AN_ARCHIVE,
                        "holds no account file",
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder()
                                                .folder("cpmove-demo/")
                                                .folder("cpmove-demo/homedir/")
                                                .end())),
                refused(
                        "two account files",
                        Kind.HOSTILE,
                        "holds 2 account files",
                        () -> demo(tar -> tar.file("cpmove-demo/cp/bob", "USER=bob\n"))),
                HostileCase.accepted(
                        "backup's top folder",
                        () -> root("backup-1.10.2024_12-58-58_alice", "alice", "alice")),
                HostileCase.accepted("plain top folder", () -> root("alice", "alice", "alice")));
    }

    private static HostileCase reserved(String name) {
        return refused(
                "A40 reserved name " + name,
                Kind.HOSTILE,
                "cpmove-" + name + ": top folder is not named after an account",
                () -> root("cpmove-" + name, name, name));
    }

    private static byte[] root(String top, String file, String user) {
        return TarBuilder.gzip(
                new TarBuilder()
                        .folder(top + "/")
                        .file(top + "/cp/" + file, "USER=" + user + "\n")
                        .folder(top + "/homedir/")
                        .end());
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
