package dev.packhorse.engine.host;

/// A line of `/etc/passwd`.
///
/// @param comment the field for the full name
/// @param home as it stands there, but for doubled and trailing slashes
/// @param shell as it stands there; empty means the system's default
public record UserEntry(String name, int uid, int gid, String comment, String home, String shell) {
    public UserEntry {
        home = DocumentRoot.tidied(home);
    }
}
