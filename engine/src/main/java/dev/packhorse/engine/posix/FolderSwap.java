package dev.packhorse.engine.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a folder its name when it is whole. One that has the name already is swapped with it in
/// one step. Where the file system cannot swap (NFS, CIFS, most of FUSE), the old one is first set
/// aside under a name that [#putBack] knows, so that there is an old or a new one whenever the
/// machine stops: whoever begins a folder of that name, and the start of the program, puts it back.
///
/// Only for folders in which nobody but root, or the user of this process, can change anything.
/// Stateless.
public final class FolderSwap {
    private static final Logger LOG = LoggerFactory.getLogger(FolderSwap.class);

    /// Begins the name of what was set aside; its own name follows.
    public static final String SET_ASIDE = ".packhorse-replaced-";

    private FolderSwap() {}

    /// Gives a finished folder its name, on stable storage, and removes the one that had it.
    ///
    /// @param folder holds both
    /// @param partial the name of the finished one until now; gone afterwards, or with what was
    ///   replaced, if that cannot be removed now
    /// @throws PosixException if that fails; then the old one has its name, or gets it back by
    ///   [#putBack]
    public static void publish(Directory folder, ByteName partial, ByteName name)
            throws PosixException {
        if (folder.find(name).isEmpty()) {
            folder.rename(partial, folder, name);
        } else {
            replace(folder, partial, name);
        }
        folder.sync();
        try {
            folder.removeTree(partial);
            folder.removeTree(aside(name));
        } catch (PosixException e) {
            // as on NFS where somebody reads in it; the next begin or start removes it
            LOG.atWarn()
                    .addKeyValue("name", name)
                    .setCause(e)
                    .log("what was replaced could not be removed yet");
        }
    }

    private static void replace(Directory folder, ByteName partial, ByteName name)
            throws PosixException {
        try {
            folder.exchange(partial, folder, name);
        } catch (PosixException e) {
            if (!e.isUnsupported()) {
                throw e;
            }
            replaceInTwoSteps(folder, partial, name);
        }
    }

    private static void replaceInTwoSteps(Directory folder, ByteName partial, ByteName name)
            throws PosixException {
        folder.removeTree(aside(name));
        folder.rename(name, folder, aside(name));
        try {
            folder.rename(partial, folder, name);
        } catch (PosixException e) {
            try {
                folder.rename(aside(name), folder, name);
            } catch (PosixException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    /// Gives a folder its name back that was set aside for one that did not come, or removes it if
    /// that one has the name.
    public static void putBack(Directory folder, ByteName name) throws PosixException {
        ByteName aside = aside(name);
        if (folder.find(aside).isEmpty()) {
            return;
        }
        if (folder.find(name).isEmpty()) {
            folder.rename(aside, folder, name);
            folder.sync();
        } else {
            folder.removeTree(aside);
        }
    }

    /// The same for everything that lies there, when nothing is under way.
    ///
    /// @param path may be absent
    public static void putAllBack(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        ByteString prefix = ByteString.of(SET_ASIDE);
        try (Directory folder = Directory.openTrusted(path)) {
            for (ByteName each : folder.list()) {
                ByteString value = each.value();
                if (value.startsWith(prefix) && value.length() > prefix.length()) {
                    putBack(folder, new ByteName(value.substring(prefix.length(), value.length())));
                }
            }
        }
    }

    private static ByteName aside(ByteName name) {
        return new ByteName(ByteString.of(SET_ASIDE).concat(name.value()));
    }
}
