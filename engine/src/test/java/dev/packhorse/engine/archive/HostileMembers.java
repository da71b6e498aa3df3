package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.HostileCase.accepted;
import static dev.packhorse.engine.archive.HostileCase.member;
import static dev.packhorse.engine.archive.HostileCase.refused;
import static dev.packhorse.engine.archive.HostileCase.skipped;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import java.util.stream.Stream;

/// Members whose names, links or repetitions mean harm.
final class HostileMembers {
    private static final String HOME = "cpmove-demo/homedir/";

    private HostileMembers() {}

    static Stream<HostileCase> names() {
        return Stream.of(
                member(
                        "A1 absolute name",
                        Kind.HOSTILE,
                        "/etc/cron.d/x: absolute name",
                        tar -> tar.file("/etc/cron.d/x", "x")),
                member(
                        "A2 dots",
                        Kind.HOSTILE,
                        "cpmove-demo/../x: name with “..”",
                        tar -> tar.file("cpmove-demo/../x", "x")),
                member(
                        "A2 dots at the end",
                        Kind.HOSTILE,
                        HOME + "..: name with “..”",
                        tar -> tar.folder(HOME + "..")),
                member(
                        "A3 differing forms",
                        Kind.HOSTILE,
                        "differing forms",
                        tar -> tar.file(HOME + "a", "x").file("./cpmove-demo//homedir/./a", "y")),
                accepted("A3 one odd form", tar -> tar.file("./cpmove-demo//homedir/./a", "y")),
                accepted(
                        "A11 names equal but for case and composition",
                        tar -> tar.file(HOME + "a", "x").file(HOME + "A", "y")),
                member(
                        "A28 deep",
                        Kind.LIMIT,
                        "deeper than 256 folders",
                        tar ->
                                tar.pax('x', "path", HOME + "d/".repeat(5_000) + "x")
                                        .file("x", "x")),
                member(
                        "A29 long component",
                        Kind.LIMIT,
                        "component longer than 255 bytes",
                        tar -> tar.pax('x', "path", HOME + "c".repeat(256)).file("x", "x")),
                member(
                        "A29 long path",
                        Kind.LIMIT,
                        "name longer than 4096 bytes",
                        tar ->
                                tar.pax(
                                                'x',
                                                "path",
                                                HOME + ("p".repeat(250) + "/").repeat(17) + "x")
                                        .file("x", "x")),
                member("no name", Kind.HOSTILE, "member without a name", tar -> tar.file("", "x")),
                member(
                        "member instead of the top folder",
                        Kind.HOSTILE,
                        "stands in the place of the top folder",
                        tar -> tar.file("cpmove-demo", "x")),
                skipped(
                        "odd name outside the home",
                        true,
                        "mysql/caf%E9: name with characters",
                        tar -> tar.file("cpmove-demo/mysql/caf\u00e9", "x")));
    }

    static Stream<HostileCase> links() {
        return Stream.of(
                member(
                        "A4 file below a link",
                        Kind.HOSTILE,
                        HOME + "a/passwd: lies below a member that is no folder",
                        tar -> tar.link(HOME + "a", '2', "b").file(HOME + "a/passwd", "x")),
                member(
                        "A4 file below a file",
                        Kind.HOSTILE,
                        "lies below a member that is no folder",
                        tar -> tar.file(HOME + "a", "x").file(HOME + "a/b", "x")),
                skipped(
                        "A5 absolute target",
                        false,
                        "homedir/a: link out of the home directory, to /etc/passwd",
                        tar -> tar.link(HOME + "a", '2', "/etc/passwd")),
                skipped(
                        "A5 target of another account",
                        false,
                        "homedir/a: link out of the home directory, to /home/demo2/x",
                        tar -> tar.link(HOME + "a", '2', "/home/demo2/x")),
                skipped(
                        "A5 target that climbs out again",
                        false,
                        "homedir/a: link out of the home directory, to /home/demo/../x",
                        tar -> tar.link(HOME + "a", '2', "/home/demo/../x")),
                accepted(
                        "A5 target in the home",
                        tar -> tar.link(HOME + "a", '2', "/home/demo/public_html")),
                accepted("relative target", tar -> tar.link(HOME + "www", '2', "public_html")),
                skipped(
                        "the server's own link",
                        true,
                        "homedir/access-logs: link is the server's own",
                        tar ->
                                tar.link(
                                        HOME + "access-logs",
                                        '2',
                                        "/etc/apache2/logs/domlogs/demo")),
                skipped(
                        "A6 relative target outside",
                        false,
                        "homedir/a: link out of the home directory, to ../../etc",
                        tar -> tar.link(HOME + "a", '2', "../../etc")),
                member(
                        "A6 chain of links",
                        Kind.HOSTILE,
                        "lies below a member that is no folder",
                        tar ->
                                tar.folder(HOME + "d/")
                                        .link(HOME + "d/a", '2', "..")
                                        .link(HOME + "d/a/b", '2', "..")
                                        .file(HOME + "d/a/b/x", "x")),
                member(
                        "A7 hard link to an absolute path",
                        Kind.HOSTILE,
                        "/etc/shadow: absolute name",
                        tar -> tar.link(HOME + "a", '1', "/etc/shadow")),
                member(
                        "A8 hard link to a symbolic link",
                        Kind.HOSTILE,
                        "no earlier regular file",
                        tar -> tar.link(HOME + "a", '2', "b").link(HOME + "c", '1', HOME + "a")),
                member(
                        "A9 hard link to a later member",
                        Kind.HOSTILE,
                        "no earlier regular file",
                        tar -> tar.link(HOME + "a", '1', HOME + "b").file(HOME + "b", "x")),
                member(
                        "A9 hard link to itself",
                        Kind.HOSTILE,
                        "no earlier regular file",
                        tar -> tar.link(HOME + "a", '1', HOME + "a")),
                member(
                        "A8 hard link below a symbolic link",
                        Kind.HOSTILE,
                        "no earlier regular file",
                        tar -> tar.link(HOME + "d", '2', "e").link(HOME + "a", '1', HOME + "d/x")),
                member(
                        "A9 hard link to what never comes",
                        Kind.HOSTILE,
                        "no earlier regular file",
                        tar -> tar.link(HOME + "a", '1', HOME + "never")),
                member(
                        "hard link out of the home",
                        Kind.HOSTILE,
                        "hard link out of homedir",
                        tar -> tar.link(HOME + "a", '1', "cpmove-demo/cp/demo")),
                member(
                        "hard link out of the archive",
                        Kind.HOSTILE,
                        "hard link out of the archive",
                        tar -> tar.link(HOME + "a", '1', "other/x")),
                accepted(
                        "hard link to an earlier file",
                        tar -> tar.file(HOME + "b", "x").link(HOME + "a", '1', HOME + "b")),
                skipped(
                        "link outside the home",
                        true,
                        "cp/other: links are not restored outside homedir",
                        tar -> tar.link("cpmove-demo/cp/other", '2', "demo")),
                member(
                        "A20 character device",
                        Kind.HOSTILE,
                        HOME + "null: device",
                        tar -> tar.special(HOME + "null", '3')),
                member(
                        "A20 block device",
                        Kind.HOSTILE,
                        HOME + "sda: device",
                        tar -> tar.special(HOME + "sda", '4')),
                skipped(
                        "A21 named pipe",
                        true,
                        "homedir/pipe: named pipes are not restored",
                        tar -> tar.special(HOME + "pipe", '6')),
                member(
                        "link without target",
                        Kind.HOSTILE,
                        "link with a target of 0 bytes",
                        tar -> tar.link(HOME + "a", '2', "")),
                refused(
                        "homedir is a link",
                        Kind.HOSTILE,
                        "homedir is no folder",
                        () ->
                                TarBuilder.gzip(
                                        new TarBuilder()
                                                .folder("cpmove-demo/")
                                                .link("cpmove-demo/homedir", '2', "cp")
                                                .end())));
    }

    static Stream<HostileCase> twins() {
        return Stream.of(
                member(
                        "A10 folder, then link",
                        Kind.HOSTILE,
                        "different types",
                        tar -> tar.folder(HOME + "a/").link(HOME + "a", '2', "b")),
                member(
                        "A10 implied folder, then link",
                        Kind.HOSTILE,
                        "different types",
                        tar -> tar.file(HOME + "a/x", "x").link(HOME + "a", '2', "b")),
                member(
                        "A10 link, then file",
                        Kind.HOSTILE,
                        "different types",
                        tar -> tar.link(HOME + "a", '2', "b").file(HOME + "a", "x")),
                member(
                        "A10 file, then hard link",
                        Kind.HOSTILE,
                        "different types",
                        tar ->
                                tar.file(HOME + "b", "x")
                                        .file(HOME + "a", "x")
                                        .link(HOME + "a", '1', HOME + "b")),
                skipped(
                        "file twice",
                        false,
                        "homedir/a: comes twice",
                        tar -> tar.file(HOME + "a", "x").file(HOME + "a", "y")),
                accepted("folder twice", tar -> tar.folder(HOME + "a/").folder(HOME + "a/")));
    }
}
