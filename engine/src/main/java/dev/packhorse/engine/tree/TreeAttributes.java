package dev.packhorse.engine.tree;

import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.util.Map;

/// Gives members their owner, extended attributes, mode and times, in the order in which none
/// undoes another. An extended attribute is not worth a backup: one that the backup disk does not
/// take (it has none, or less room for them) is counted. One thread.
final class TreeAttributes implements AutoCloseable {
    private final OwnerSteps owners = new OwnerSteps();
    private long lost;

    /// Sets one attribute.
    @FunctionalInterface
    private interface Setter {
        void set(ByteString name, ByteString value) throws PosixException;
    }

    void apply(Directory directory, Attributes attributes) throws IOException {
        owners.take(() -> directory.setOwner(attributes.uid(), attributes.gid()));
        setXattrs(attributes, directory::setXattr);
        directory.setMode(attributes.mode());
        directory.setTimes(attributes.mtimeSeconds(), attributes.mtimeNanos());
    }

    /// Sets them on a file, and tells whether it has all of them.
    boolean apply(PosixFile file, Attributes attributes) throws IOException {
        owners.take(() -> file.setOwner(attributes.uid(), attributes.gid()));
        boolean complete = setXattrs(attributes, file::setXattr);
        file.setMode(attributes.mode());
        file.setTimes(attributes.mtimeSeconds(), attributes.mtimeNanos());
        return complete;
    }

    void applyToLink(Directory directory, ByteName name, Attributes attributes) throws IOException {
        owners.take(() -> directory.setOwner(name, attributes.uid(), attributes.gid()));
        directory.setTimes(name, attributes.mtimeSeconds(), attributes.mtimeNanos());
    }

    private boolean setXattrs(Attributes attributes, Setter setter) throws PosixException {
        boolean complete = true;
        for (Map.Entry<ByteString, ByteString> each : attributes.xattrs().entrySet()) {
            try {
                setter.set(each.getKey(), each.getValue());
            } catch (PosixException e) {
                if (e.is(Errno.EIO)) {
                    throw e;
                }
                lost++;
                complete = false;
            }
        }
        return complete;
    }

    /// How many extended attributes the disk did not take.
    long lost() {
        return lost;
    }

    @Override
    public void close() {
        owners.close();
    }
}
