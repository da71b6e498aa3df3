package dev.packhorse.engine.destination;

import static dev.packhorse.engine.destination.DestinationParameter.choice;
import static dev.packhorse.engine.destination.DestinationParameter.flag;
import static dev.packhorse.engine.destination.DestinationParameter.number;
import static dev.packhorse.engine.destination.DestinationParameter.secret;
import static dev.packhorse.engine.destination.DestinationParameter.text;

import dev.packhorse.transport.spi.Secret;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Which parameters each type has besides those of all destinations. The names are those of
/// `backup_destination_add`; `host_key`, `tls`, `tls_fingerprint`, `region`, `profile`,
/// `part_size`, `endpoint`, `object_lock_days`, `connections`, `refresh_token`, `service_account`
/// and `argument_order` are Packhorse's own.
///
/// Source: whmapi1-protocol section 9.2.
public final class DestinationParameters {
    private static final int LAST_PORT = 65_535;

    /// A drive's root is no place for archives: people keep their own things there.
    private static final String USUAL_DRIVE_FOLDER = "packhorse";

    private static final DestinationParameter HOST = text("host", "The server's name or address");
    private static final DestinationParameter PORT =
            number("port", LAST_PORT, "The TCP port, if it is not the usual one");
    private static final DestinationParameter USERNAME = text("username", "The login");
    private static final DestinationParameter PASSWORD =
            secret("password", "The password, or the secret key of S3; never shown");
    private static final DestinationParameter PATH =
            text("path", "The folder for archives there, from where the login lands");
    private static final DestinationParameter TLS_FINGERPRINT =
            text(
                    "tls_fingerprint",
                    "The SHA-256 of the server's certificate in hex, where no public authority signed it");
    private static final DestinationParameter BUCKET = text("bucket", "The bucket");
    private static final DestinationParameter FOLDER =
            text("folder", "The folder for archives there; of GoogleDrive “packhorse” if left out");
    private static final DestinationParameter ACCESS_KEY =
            text("aws_access_key_id", "The id of the S3 access key");
    private static final DestinationParameter REGION =
            text("region", "The region that S3 requests are signed for");
    private static final DestinationParameter PART_SIZE =
            text("part_size", "How large the parts of large archives are, as 16MiB");
    private static final DestinationParameter OBJECT_LOCK =
            number("object_lock_days", 36_500, "For how many days S3 is to lock each archive");

    private static final Map<DestinationType, List<DestinationParameter>> TABLE = table();

    private DestinationParameters() {}

    private static Map<DestinationType, List<DestinationParameter>> table() {
        List<DestinationParameter> ssh =
                List.of(
                        HOST.asNeeded(),
                        PORT,
                        USERNAME.asNeeded(),
                        PATH,
                        choice("authtype", "How to log in over SSH", "password", "key").asNeeded(),
                        PASSWORD,
                        text("privatekey", "The private key's file on this server"),
                        secret("passphrase", "What opens the private key; never shown"),
                        text("host_key", "The server's host key, as SHA256:..., once confirmed"),
                        number("connections", 32, "How many SFTP connections at a time"));
        Map<DestinationType, List<DestinationParameter>> table =
                new EnumMap<>(DestinationType.class);
        table.put(DestinationType.LOCAL, List.of());
        table.put(DestinationType.SFTP, ssh);
        table.put(DestinationType.RSYNC, ssh);
        table.put(
                DestinationType.FTP,
                List.of(
                        HOST.asNeeded(),
                        PORT,
                        USERNAME.asNeeded(),
                        PASSWORD.asNeeded(),
                        PATH,
                        flag("passive", "Passive FTP: data connections are opened from here"),
                        choice(
                                "tls",
                                "none sends even the password in the clear",
                                "explicit",
                                "none"),
                        TLS_FINGERPRINT));
        table.put(
                DestinationType.WEBDAV,
                List.of(
                        HOST.asNeeded(),
                        PORT,
                        USERNAME.asNeeded(),
                        PASSWORD.asNeeded(),
                        PATH,
                        flag(
                                "ssl",
                                "https, also where it is left out; 0 sends even the password in the clear"),
                        TLS_FINGERPRINT));
        table.put(
                DestinationType.AMAZON_S3,
                List.of(
                        BUCKET.asNeeded(),
                        FOLDER,
                        ACCESS_KEY.asNeeded(),
                        PASSWORD.asNeeded(),
                        REGION,
                        PART_SIZE,
                        OBJECT_LOCK));
        table.put(
                DestinationType.S3_COMPATIBLE,
                List.of(
                        HOST.asNeeded(),
                        BUCKET.asNeeded(),
                        FOLDER,
                        ACCESS_KEY.asNeeded(),
                        PASSWORD.asNeeded(),
                        REGION,
                        choice(
                                "profile",
                                "standard for servers that know checksums in trailers",
                                "compat",
                                "standard"),
                        PART_SIZE,
                        OBJECT_LOCK));
        table.put(
                DestinationType.BACKBLAZE,
                List.of(
                        text("bucket_id", "The id of the B2 bucket").asNeeded(),
                        text("bucket_name", "The name of the B2 bucket").asNeeded(),
                        PATH,
                        text("application_key_id", "The id of the B2 key").asNeeded(),
                        secret("application_key", "The B2 key; never shown").asNeeded(),
                        PART_SIZE,
                        text("endpoint", "Where B2 is asked, if not at its usual address")));
        table.put(
                DestinationType.GOOGLE_DRIVE,
                List.of(
                        text("client_id", "The OAuth client of Google Drive"),
                        secret("client_secret", "Its secret; never shown"),
                        secret(
                                "refresh_token",
                                "What Google gave for it, if not by a consent here; never shown"),
                        text(
                                "service_account",
                                "The file of a service account's key here, instead of these three"),
                        FOLDER));
        table.put(
                DestinationType.CUSTOM,
                List.of(
                        text("script", "The program that moves the files, absolute").asNeeded(),
                        HOST,
                        PATH,
                        USERNAME,
                        PASSWORD,
                        choice(
                                "argument_order",
                                "Which of the two files put and get name first",
                                "source_first",
                                "remote_first")));
        return table;
    }

    /// The parameters of a type.
    public static List<DestinationParameter> of(DestinationType type) {
        return TABLE.getOrDefault(type, List.of());
    }

    /// Every parameter of any type once, needed nowhere.
    public static Collection<DestinationParameter> all() {
        Map<String, DestinationParameter> all = new LinkedHashMap<>();
        TABLE.values().forEach(list -> list.forEach(each -> all.putIfAbsent(each.name(), each)));
        return all.values();
    }

    /// Whether a parameter is a secret, of whatever type.
    static boolean isSecret(String name) {
        return all().stream()
                .anyMatch(each ->
                        each.name().equals(name)
                                && each.form() == DestinationParameter.Form.SECRET);
    }

    /// The settings of a type, with what is needed there and of the right form.
    ///
    /// @throws IllegalArgumentException naming the parameter
    public static DestinationSettings.Remote settings(
            DestinationType type,
            SortedMap<String, String> values,
            SortedMap<String, Secret> secrets) {
        for (DestinationParameter parameter : of(type)) {
            Optional<String> value =
                    parameter.form() == DestinationParameter.Form.SECRET
                            ? Optional.ofNullable(secrets.get(parameter.name())).map(Secret::reveal)
                            : Optional.ofNullable(values.get(parameter.name()));
            value.ifPresent(parameter::check);
            if (parameter.needed() && value.isEmpty()) {
                throw missing(parameter.name());
            }
        }
        if ("key".equals(values.get("authtype")) && !values.containsKey("privatekey")) {
            throw missing("privatekey");
        }
        if ("password".equals(values.get("authtype")) && !secrets.containsKey("password")) {
            throw missing("password");
        }
        if (type == DestinationType.GOOGLE_DRIVE && !values.containsKey("service_account")) {
            requireConsent(values, secrets);
        }
        return new DestinationSettings.Remote(withUsual(type, values), secrets);
    }

    /// What the drivers take where nothing is said is said: who looks at a destination must see
    /// that it is reached over TLS, and where its archives lie.
    private static SortedMap<String, String> withUsual(
            DestinationType type, SortedMap<String, String> values) {
        SortedMap<String, String> all = new TreeMap<>(values);
        if (type == DestinationType.WEBDAV) {
            all.putIfAbsent("ssl", "1");
        }
        if (type == DestinationType.GOOGLE_DRIVE) {
            all.putIfAbsent("folder", USUAL_DRIVE_FOLDER);
        }
        return all;
    }

    private static void requireConsent(
            SortedMap<String, String> values, SortedMap<String, Secret> secrets) {
        if (!values.containsKey("client_id")) {
            throw missing("client_id");
        }
        if (!secrets.containsKey("client_secret")) {
            throw missing("client_secret");
        }
    }

    private static IllegalArgumentException missing(String name) {
        return new MissingParameterException(name);
    }

    /// The names that a type does not have.
    public static List<String> foreignTo(DestinationType type, Stream<String> names) {
        List<String> own = of(type).stream().map(DestinationParameter::name).toList();
        return names.filter(name -> !own.contains(name)).sorted().toList();
    }
}
