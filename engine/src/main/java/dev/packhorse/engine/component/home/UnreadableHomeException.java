package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;

/// Something directly below the home, as `mail` or `public_html`, fails with an error of its disk
/// or mount: what is left would pass for a backup of the account and push out the last real one.
final class UnreadableHomeException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableHomeException(BytePath path, PosixException failure) {
        super(
                "%s cannot be read (%s), so the home is not packed without it: look at the disk or the mount of the home"
                        .formatted(path, failure.getMessage()),
                failure);
    }
}
