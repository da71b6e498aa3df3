package dev.packhorse.engine.job;

import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import java.util.List;
import java.util.regex.Pattern;

/// One thing of an account that is restored by itself.
public sealed interface RestorePart {
    /// A file or a folder with all below it.
    ///
    /// @param path below the home
    record Path(BytePath path) implements RestorePart {}

    /// A database without its users, of either kind of server.
    ///
    /// @param name as the archive has it
    record Database(String name) implements RestorePart {}

    /// A DNS zone.
    record Zone(DomainName domain) implements RestorePart {}

    /// The crontab.
    record Crontab() implements RestorePart {}

    /// Reads `path:PATH`, `mailbox:NAME@DOMAIN`, `database:NAME`, `zone:DOMAIN` or `crontab:`.
    ///
    /// @throws IllegalArgumentException if it is none of these, with what is wrong
    static RestorePart parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String what = colon < 0 ? "" : text.substring(colon + 1);
        return switch (kind) {
            case "path" -> new Path(belowHome(what));
            case "mailbox" -> new Path(mailbox(what));
            case "database" -> new Database(database(what));
            case "zone" -> new Zone(domain(what));
            case "crontab" -> new Crontab();
            default -> throw new IllegalArgumentException("no part of an account: " + text);
        };
    }

    /// A path below a home, without `.` and `..`.
    ///
    /// @throws IllegalArgumentException if it is none
    static BytePath belowHome(String text) {
        String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        for (String name : plain.split("/", -1)) {
            if (!ByteName.isValid(ByteString.of(name))) {
                throw new IllegalArgumentException(
                        "not a path below the home: “" + DomainName.printable(text) + "”");
            }
        }
        return BytePath.of(plain);
    }

    private static BytePath mailbox(String address) {
        int at = address.lastIndexOf('@');
        String local = at < 0 ? "" : address.substring(0, at);
        if (!MAIL_USER.matcher(local).matches()) {
            throw new IllegalArgumentException(
                    "not a mailbox, NAME@DOMAIN: “" + DomainName.printable(address) + "”");
        }
        return BytePath.of("mail/" + domain(address.substring(at + 1)) + "/" + local);
    }

    private static String database(String name) {
        if (!DATABASE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "not the name of a database: “" + DomainName.printable(name) + "”");
        }
        return name;
    }

    private static DomainName domain(String text) {
        if (!DomainName.isValid(text)) {
            throw new IllegalArgumentException(
                    "not a domain: “" + DomainName.printable(text) + "”");
        }
        return new DomainName(text);
    }

    /// The names of the modules that restore it.
    default List<String> modules() {
        return switch (this) {
            case Path _ -> List.of(Components.HOMEDIR.value());
            case Database _ -> List.of(Components.MYSQL.value(), "Postgres");
            case Zone _ -> List.of(Components.ZONE_FILE.value(), "PublishZones");
            case Crontab _ -> List.of(Components.CRON.value());
        };
    }

    /// The local parts that mail servers give folders.
    Pattern MAIL_USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}");

    /// Names that need no quotes as files.
    Pattern DATABASE = Pattern.compile("[A-Za-z0-9_$-]{1,64}");
}
