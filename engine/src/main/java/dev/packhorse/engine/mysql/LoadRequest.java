package dev.packhorse.engine.mysql;

import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A dump to load.
///
/// @param dumpedName the database's name where it was dumped
/// @param database the name under which it is restored
/// @param dump the dump, gzipped if its name ends in `.gz`; nobody but root may change it
/// @param create its character set
/// @param users the account's database users, which may own objects; the first is the default
/// @param readable further databases of the account that objects may refer to
/// @param staging a folder only root can enter, for the program's credentials
/// @param cancellation ends the load; the exchange at its end is not cut short
public record LoadRequest(
        String dumpedName,
        String database,
        Path dump,
        CreateFile create,
        List<DatabaseUser> users,
        List<String> readable,
        Path staging,
        Cancellation cancellation) {
    public LoadRequest {
        users = List.copyOf(users);
        readable = List.copyOf(readable);
    }

    InputStream open() throws IOException {
        InputStream file = Files.newInputStream(dump);
        return dump.toString().endsWith(".gz") ? new GZIPInputStream(file, 64 * 1024) : file;
    }
}
