package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules for a script that root will run: a regular file, no link on the way, root's like every
/// folder above it, and writable by nobody else. Then nobody else can put another in its place
/// either, not even between this look and its start.
final class ScriptFile {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int EXECUTABLE_BY_OWNER = 0100;

    private ScriptFile() {}

    static void check(Path script) throws TransportException {
        if (!script.isAbsolute() || !script.equals(script.normalize())) {
            throw refused(script, "it must be an absolute path without “.” and “..”", null);
        }
        for (Path part = script; part != null; part = part.getParent()) {
            checkPart(script, part);
        }
    }

    private static void checkPart(Path script, Path part) throws TransportException {
        boolean isScript = part.equals(script);
        Map<String, Object> facts;
        try {
            facts =
                    Files.readAttributes(
                            part,
                            "unix:isRegularFile,isDirectory,uid,mode",
                            LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw refused(script, part + " cannot be looked at", e);
        }
        if (!Boolean.TRUE.equals(facts.get(isScript ? "isRegularFile" : "isDirectory"))) {
            throw refused(script, part + " is a link or of the wrong kind", null);
        }
        if (!(facts.get("uid") instanceof Integer uid && uid == 0)) {
            throw refused(script, part + " does not belong to root", null);
        }
        int mode = facts.get("mode") instanceof Integer bits ? bits : ~0;
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw refused(script, part + " can be changed by others than root", null);
        }
        if (isScript && (mode & EXECUTABLE_BY_OWNER) == 0) {
            throw refused(script, "it is not executable", null);
        }
    }

    private static TransportException refused(
            Path script, String why, @Nullable IOException cause) {
        return new TransportException(
                Kind.REFUSED, "open destination: script " + script + ": " + why, cause);
    }
}
