package dev.packhorse.engine.provision;

import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.host.UserEntry;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a new home has in it. Everything is made through the held folder of the home, which no link
/// can redirect.
final class HomeSkeleton {
    private static final Map<String, Integer> FOLDERS = folders();

    private final HostRoot root;

    HomeSkeleton(HostRoot root) {
        this.root = root;
    }

    private static Map<String, Integer> folders() {
        Map<String, Integer> folders = new LinkedHashMap<>();
        folders.put("public_html", 0750);
        folders.put("mail", 0751);
        folders.put("etc", 0750);
        folders.put("logs", 0700);
        folders.put("tmp", 0755);
        return folders;
    }

    /// Fills the home of a user that was just made.
    void fill(AccountOrder order) throws IOException {
        UserEntry user =
                new UserDatabase(root)
                        .find(order.name().value())
                        .orElseThrow(() -> new IOException("user " + order.name() + " is gone"));
        int webGroup = new UserDatabase(root).groupId("nobody").orElse(user.gid());
        boolean gives = Identity.ofProcess().isRoot();
        try (Directory above = above(order);
                Directory home = above.open(name(order))) {
            for (Map.Entry<String, Integer> each : FOLDERS.entrySet()) {
                boolean web = each.getKey().equals("public_html");
                try (Directory made =
                        home.makeDirectory(ByteName.of(each.getKey()), each.getValue())) {
                    if (gives) {
                        made.setOwner(user.uid(), web ? webGroup : user.gid());
                    }
                }
            }
            ByteName www = ByteName.of("www");
            home.makeSymlink(www, ByteString.of("public_html"));
            if (gives) {
                home.setOwner(www, user.uid(), user.gid());
            }
            home.sync();
        }
    }

    /// Empties a home that was made just now; a missing one is empty.
    void empty(AccountOrder order) throws IOException {
        try (Directory above = above(order);
                Directory home = above.open(name(order))) {
            for (ByteName each : home.list()) {
                home.removeTree(each);
            }
        } catch (PosixException e) {
            if (!e.is(Errno.ENOENT)) {
                throw new IOException("the home " + order.home() + ": " + e.getMessage(), e);
            }
        }
    }

    private Directory above(AccountOrder order) throws IOException {
        return new HostFiles(root).open(order.home().substring(0, order.home().lastIndexOf('/')));
    }

    private static ByteName name(AccountOrder order) {
        return ByteName.of(order.name().value());
    }
}
