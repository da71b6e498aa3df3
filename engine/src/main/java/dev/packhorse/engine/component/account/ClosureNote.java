package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.posix.DiskQuota;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// What comes back to an account that is closed.
///
/// @param login whether the login is closed
/// @param expiry of a closed login the former day of its end, empty if there was none
/// @param quota the former limit, empty if the one that is there stays
record ClosureNote(boolean login, OptionalLong expiry, Optional<DiskQuota> quota) {
    static final ClosureNote NOTHING =
            new ClosureNote(false, OptionalLong.empty(), Optional.empty());

    /// The note of that file, empty if there is none.
    static Optional<ClosureNote> read(HostFiles files, String path) throws IOException {
        Optional<String> text = files.readText(path);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        ClosureNote note = NOTHING;
        for (String line : text.get().lines().toList()) {
            note = note.with(line, path);
        }
        return Optional.of(note);
    }

    private ClosureNote with(String line, String path) throws IOException {
        if (line.equals("expiry never")) {
            return withLogin(OptionalLong.empty());
        }
        if (line.matches("expiry [0-9]{1,9}")) {
            return withLogin(OptionalLong.of(Long.parseLong(line.substring(7))));
        }
        if (line.matches("quota( [0-9]{1,18}){4}")) {
            String[] each = line.split(" ", -1);
            return withQuota(
                    new DiskQuota(
                            Long.parseLong(each[1]),
                            Long.parseLong(each[2]),
                            Long.parseLong(each[3]),
                            Long.parseLong(each[4])));
        }
        throw new IOException(path + ": not a line of what a restore closed: " + line);
    }

    /// Makes this the note of that file; of nothing there is none.
    void write(HostFiles files, String path) throws IOException {
        if (equals(NOTHING)) {
            files.remove(path);
            return;
        }
        StringBuilder text = new StringBuilder();
        if (login) {
            String day = expiry.isPresent() ? Long.toString(expiry.getAsLong()) : "never";
            text.append("expiry ").append(day).append('\n');
        }
        quota.ifPresent(each ->
                text.append(
                        "quota %d %d %d %d\n"
                                .formatted(
                                        each.hardBlocks(),
                                        each.softBlocks(),
                                        each.hardInodes(),
                                        each.softInodes())));
        files.writeText(path, text.toString(), FileRights.ofRoot(0600));
    }

    ClosureNote withLogin(OptionalLong day) {
        return new ClosureNote(true, day, quota);
    }

    ClosureNote withoutLogin() {
        return new ClosureNote(false, OptionalLong.empty(), quota);
    }

    ClosureNote withQuota(DiskQuota other) {
        return new ClosureNote(login, expiry, Optional.of(other));
    }

    ClosureNote withoutQuota() {
        return new ClosureNote(login, expiry, Optional.empty());
    }
}
