package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;

/// Where the home lies in an archive, and how deep it may go. What an archive of ours holds must be
/// readable under the limits that hold for anybody's archive, or a customer could make the backup
/// of the own account unusable with one deep folder.
final class HomePath {
    /// The home's folder in an archive.
    static final BytePath HOME = BytePath.of("homedir");

    /// How many folders may lie in one another below the home.
    static final int MAX_DEPTH = 250;

    /// The longest path, `homedir/` included; the top folder's name comes on top of it.
    static final int MAX_BYTES = 4_000;

    private HomePath() {}

    /// Whether a member of the folder may be packed under its name.
    static boolean fits(BytePath folder, ByteName name) {
        return folder.value().length() + 1 + name.value().length() <= MAX_BYTES;
    }
}
