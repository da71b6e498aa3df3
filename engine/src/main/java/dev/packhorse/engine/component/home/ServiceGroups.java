package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.host.UserDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The groups of mail and web servers, to which parts of a home belong on many servers so that the
/// service can enter (`public_html` with group `nobody` and mode 0750, say). Without the group the
/// web server would be locked out of a restored site.
final class ServiceGroups {
    private static final List<String> NAMES =
            List.of("mail", "nobody", "nogroup", "www-data", "apache", "dovecot");

    private ServiceGroups() {}

    /// The numbers that restored entries may keep: none for an archive that nobody vouches for, or
    /// that another server made, whose numbers mean something else here.
    static Set<Integer> kept(RestoreContext context, ArchiveSource source) throws IOException {
        Optional<String> madeOn = source.text("meta/hostname").map(String::strip);
        if (context.restricted() || !madeOn.equals(Optional.of(context.services().hostname()))) {
            return Set.of();
        }
        UserDatabase users = new UserDatabase(context.services().root());
        Set<Integer> kept = new TreeSet<>();
        for (String name : NAMES) {
            users.groupId(name).filter(gid -> gid != 0).ifPresent(kept::add);
        }
        return kept;
    }
}
