package dev.packhorse.engine.component.home;

import dev.packhorse.engine.component.ItemList;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the two files that keep things out of scheduled archives. One that cannot be read is told
/// and does not hold: then everything is packed.
final class ExcludeFiles {
    static final String SERVER = "/etc/cpbackup-exclude.conf";
    static final ByteName ACCOUNT = ByteName.of("cpbackup-exclude.conf");
    static final int MAX_BYTES = 64 << 10;

    private final List<ByteString> lines = new ArrayList<>();
    private final ItemList warnings;

    ExcludeFiles(ItemList warnings) {
        this.warnings = warnings;
    }

    /// Takes the server's file, with the rights of the process.
    void readServer(HostFiles files) {
        try {
            files.readBytes(SERVER, MAX_BYTES).ifPresent(this::split);
        } catch (IOException e) {
            warnings.add(SERVER + " does not count: " + e.getMessage());
        }
    }

    /// Takes the account's own file, on a thread with the account's rights.
    void readAccount(Directory home) {
        try {
            Optional<FileStat> stat = home.find(ACCOUNT);
            if (stat.isEmpty()) {
                return;
            }
            if (stat.get().type() != FileType.REGULAR) {
                warnings.add(ACCOUNT + " does not count: not a regular file");
                return;
            }
            readOpened(home);
        } catch (PosixException e) {
            warnings.add(ACCOUNT + " does not count: " + e.getMessage());
        }
    }

    private void readOpened(Directory home) throws PosixException {
        try (PosixFile file = home.openForReading(ACCOUNT)) {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES + 1);
            int count = 0;
            while (buffer.hasRemaining() && count >= 0) {
                count = file.read(buffer);
            }
            if (!buffer.hasRemaining()) {
                warnings.add(ACCOUNT + " does not count: larger than " + MAX_BYTES + " bytes");
                return;
            }
            byte[] content = new byte[buffer.position()];
            buffer.flip().get(content);
            split(content);
        }
    }

    private void split(byte[] content) {
        int from = 0;
        for (int i = 0; i <= content.length; i++) {
            if (i == content.length || content[i] == '\n') {
                byte[] line = Arrays.copyOfRange(content, from, i);
                lines.add(ByteString.of(line));
                from = i + 1;
            }
        }
    }

    ExcludeRules rules() {
        return ExcludeRules.of(lines);
    }
}
