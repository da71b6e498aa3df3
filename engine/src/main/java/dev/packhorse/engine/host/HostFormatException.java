package dev.packhorse.engine.host;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A description file of the host, or its copy in an archive, that is damaged. The message names
/// the file and, where it is known, the line; it is lower case and without an end mark.
public final class HostFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;

    /// @param file the host-absolute path or the member's path
    /// @param line the line, counted from 1; 0 if it is not known
    /// @param problem what is wrong and, where something can be done, what
    public HostFormatException(String file, int line, String problem, @Nullable Throwable cause) {
        super(file + (line > 0 ? " line " + line : "") + ": " + problem, cause);
        this.file = file;
        this.line = line;
    }

    public HostFormatException(String file, int line, String problem) {
        this(file, line, problem, null);
    }

    public String file() {
        return file;
    }

    /// The line, counted from 1; 0 if it is not known.
    public int line() {
        return line;
    }
}
