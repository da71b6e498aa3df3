package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;

/// Puts new entries into a folder: under a temporary name first, then over what bears their name.
/// The temporary name is always the same, so that the next restore into the folder takes away what
/// a killed one left behind.
final class Replacement {
    static final ByteName TEMPORARY = ByteName.of(".packhorse-restore.tmp");

    private Replacement() {}

    /// Makes an entry and puts it in place.
    ///
    /// @param maker makes the entry under [#TEMPORARY], and does nothing before that; asked once
    ///   more if something bears that name
    /// @throws InTheWayException if a folder that is not empty bears the name
    /// @throws PosixException if the folder does not take the entry; what was there before is
    ///   unchanged
    static void put(Directory folder, ByteName name, Maker maker) throws IOException {
        put(folder, name, maker, _ -> {});
    }

    /// The same, telling what is about to get the name: whoever writes that down knows of all that
    /// is there, whenever the process is killed.
    static void put(Directory folder, ByteName name, Maker maker, Placing placing)
            throws IOException {
        boolean placed = false;
        try {
            make(folder, maker);
            placing.placing(folder.stat(TEMPORARY));
            place(folder, name);
            placed = true;
        } finally {
            if (!placed) {
                discard(folder);
            }
        }
    }

    /// Nothing bears the temporary name, unless a restore was killed: that shows by itself.
    private static void make(Directory folder, Maker maker) throws IOException {
        try {
            maker.make();
        } catch (PosixException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            clear(folder);
            maker.make();
        }
    }

    /// Takes away what a killed restore was writing.
    static void clear(Directory folder) throws IOException {
        if (folder.find(TEMPORARY).isPresent()) {
            folder.removeTree(TEMPORARY);
        }
    }

    /// The failure that led here is the one to tell; what cannot be removed now is removed by the
    /// next restore into this folder.
    private static void discard(Directory folder) throws IOException {
        try {
            folder.removeFile(TEMPORARY);
        } catch (PosixException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.EACCES) && !e.is(Errno.EPERM)) {
                throw e;
            }
        }
    }

    private static void place(Directory folder, ByteName name) throws IOException {
        try {
            folder.rename(TEMPORARY, folder, name);
        } catch (PosixException e) {
            if (!e.is(Errno.EISDIR)) {
                throw e;
            }
            removeEmpty(folder, name);
            folder.rename(TEMPORARY, folder, name);
        }
    }

    private static void removeEmpty(Directory folder, ByteName name) throws IOException {
        try {
            folder.removeDirectory(name);
        } catch (PosixException e) {
            if (e.is(Errno.ENOTEMPTY) || e.is(Errno.EEXIST)) {
                throw new InTheWayException(e);
            }
            throw e;
        }
    }

    /// Makes an entry; EEXIST only if something bears its name.
    @FunctionalInterface
    interface Maker {
        void make() throws IOException;
    }

    /// Learns of an entry before it gets its name.
    @FunctionalInterface
    interface Placing {
        void placing(FileStat made) throws IOException;
    }

    /// A folder with content bears the name of a file or link.
    static final class InTheWayException extends IOException {
        private static final long serialVersionUID = 1L;

        InTheWayException(PosixException cause) {
            super("a folder that is not empty is in its place", cause);
        }
    }
}
