package dev.packhorse.engine.mysql;

import dev.packhorse.engine.posix.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A user of the database server at one host, with what proves its password.
///
/// @param user its name
/// @param host from where it may come
/// @param plugin what checks the password, such as `mysql_native_password`
/// @param hash the stored authentication string; as secret as a password hash
public record DatabaseUser(String user, String host, String plugin, ByteString hash) {
    /// The plug-in behind `IDENTIFIED BY PASSWORD`.
    public static final String NATIVE = "mysql_native_password";

    static final Pattern NATIVE_HASH = Pattern.compile("\\*[0-9A-F]{40}");
    static final Pattern OLD_HASH = Pattern.compile("[0-9a-fA-F]{16}");

    /// The hash as text; binary ones become ISO 8859-1.
    String hashText() {
        return new String(hash.toBytes(), StandardCharsets.ISO_8859_1);
    }

    DumpedObject.Definer definer() {
        return new DumpedObject.Definer(user, host);
    }

    /// The user and host; never the hash.
    @Override
    public String toString() {
        return user + "@" + host;
    }
}
