package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which login shells an account may get on this server.
public final class ShellRules {
    /// Locks its user into the home.
    public static final String JAIL = "/usr/local/cpanel/bin/jailshell";

    /// Lets nobody in and says so.
    public static final String NONE = "/usr/local/cpanel/bin/noshell";

    private static final Set<String> CLOSED =
            Set.of(NONE, "/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false");

    private final HostFiles files;

    public ShellRules(HostFiles files) {
        this.files = files;
    }

    /// A shell that lets nobody in.
    public String closed() throws IOException {
        return files.stat(NONE).isPresent() ? NONE : "/usr/sbin/nologin";
    }

    /// Whether the shell lets nobody in.
    boolean isClosed(String shell) {
        return CLOSED.contains(shell);
    }

    /// The shell that locks its user into the home, or one that lets nobody in where there is none.
    String jailed() throws IOException {
        return isListed(JAIL) || files.stat(JAIL).isPresent() ? JAIL : closed();
    }

    /// The shell for an account that asks for one.
    ///
    /// @param restricted whether nobody vouches for the archive that asks
    String allowed(String asked, boolean restricted) throws IOException {
        if (CLOSED.contains(asked)) {
            return asked;
        }
        if (restricted) {
            return jailed();
        }
        return asked.equals(JAIL) || isListed(asked) ? asked : jailed();
    }

    private boolean isListed(String shell) throws IOException {
        Optional<String> shells = files.readText(HostLayout.SHELLS);
        Set<String> listed = new TreeSet<>();
        shells.ifPresent(text ->
                text.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("/"))
                        .forEach(listed::add));
        return listed.contains(shell);
    }
}
